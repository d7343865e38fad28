"""Every case, sent by the client that the argument names."""

import io
import sys
import warnings

from called import HOST, REGION, SERVICE, URL, cases

warnings.filterwarnings("ignore", category=DeprecationWarning)


def with_requests(auth):
    import requests

    session = requests.Session()
    session.trust_env = False

    def send(case):
        answer = session.request(case.method, case.url, data=case.body or None, auth=auth(case))
        return answer.status_code, answer.text

    return send


def aws_requests_auth():
    from aws_requests_auth.aws_auth import AWSRequestsAuth

    return with_requests(lambda case: AWSRequestsAuth(case.key, case.secret, HOST, REGION, SERVICE, case.token))


def requests_aws4auth():
    from requests_aws4auth import AWS4Auth

    return with_requests(lambda case: AWS4Auth(case.key, case.secret, REGION, SERVICE, session_token=case.token))


def httpx_auth_awssigv4():
    import httpx
    from httpx_auth_awssigv4 import SigV4Auth

    name = "abc123.execute-api.us-east-1.amazonaws.com"

    class Here(httpx.HTTPTransport):
        """The client signs the host without its port, so the name has none; the way leads here."""

        def handle_request(self, request):
            address, port = HOST.split(":")
            request.url = request.url.copy_with(host=address, port=int(port))
            return super().handle_request(request)

    client = httpx.Client(transport=Here(), trust_env=False)

    def send(case):
        auth = SigV4Auth(case.key, case.secret, SERVICE, REGION, case.token)
        url = case.url.replace(HOST, name)
        answer = client.request(case.method, url, content=case.body or None, auth=auth)
        return answer.status_code, answer.text

    return send


def with_botocore(signer):
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    from botocore.httpsession import URLLib3Session

    session = URLLib3Session(proxies={})

    def send(case):
        request = AWSRequest(case.method, case.url, data=case.body)
        signer(Credentials(case.key, case.secret, case.token), SERVICE, REGION).add_auth(request)
        answer = session.send(request.prepare())
        return answer.status_code, answer.text

    return send


def botocore():
    from botocore.auth import SigV4Auth

    return with_botocore(SigV4Auth)


def botocore_presigned():
    """It would put a body that is JSON into the query, so there is none."""
    from botocore.auth import SigV4QueryAuth

    send = with_botocore(SigV4QueryAuth)

    def without_body(case):
        case.body = b""
        return send(case)

    return without_body


def boto3_apigatewaymanagementapi():
    """Of a case it takes what the API has: a connection's name, and data to post."""
    import boto3
    from botocore.config import Config
    from urllib.parse import unquote

    config = Config(retries={"max_attempts": 0}, proxies={})
    seen = {}

    def client(case):
        made = boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=URL + "/echo",
            region_name=REGION,
            aws_access_key_id=case.key,
            aws_secret_access_key=case.secret,
            aws_session_token=case.token,
            config=config,
        )
        made.meta.events.register("after-call", lambda http_response, **_: seen.update(text=http_response.text))
        return made

    clients = {}

    def send(case):
        api = clients.setdefault(case.key, None) or client(case)
        clients[case.key] = api
        name = unquote(case.target.removeprefix("/echo/"))
        try:
            if case.body:
                case.method = "POST"
                answer = api.post_to_connection(ConnectionId=name, Data=case.body)
            else:
                case.method = "GET"
                answer = api.get_connection(ConnectionId=name)
        except api.exceptions.ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"], ""
        return answer["ResponseMetadata"]["HTTPStatusCode"], seen["text"]

    return send


def libcurl():
    import pycurl

    def send(case):
        curl = pycurl.Curl()
        answer = io.BytesIO()
        curl.setopt(pycurl.URL, case.url)
        curl.setopt(pycurl.NOPROXY, "*")
        curl.setopt(pycurl.AWS_SIGV4, f"aws:amz:{REGION}:{SERVICE}")
        curl.setopt(pycurl.USERPWD, f"{case.key}:{case.secret}")
        headers = [f"x-amz-security-token: {case.token}"] if case.token else []
        curl.setopt(pycurl.HTTPHEADER, headers)
        if case.method != "GET":
            curl.setopt(pycurl.CUSTOMREQUEST, case.method)
            curl.setopt(pycurl.POSTFIELDS, case.body)
        curl.setopt(pycurl.WRITEDATA, answer)
        curl.perform()
        return curl.getinfo(pycurl.RESPONSE_CODE), answer.getvalue().decode()

    return send


send = globals()[sys.argv[1]]()
for case in cases():
    case.said(*send(case))
