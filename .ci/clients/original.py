"""The program that this product replaces: Microservice A gets its items from Microservice B."""

import os
from urllib.parse import urlparse

import requests
from aws_requests_auth.boto_utils import BotoAWSRequestsAuth

url = os.environ["MICROSERVICE_B_URL"] + "/items"
auth = BotoAWSRequestsAuth(
    aws_host=urlparse(url).netloc,
    aws_region=os.environ["AWS_REGION"],
    aws_service="execute-api",
)
response = requests.get(url, auth=auth, proxies={"http": ""})
print(response.status_code, response.text)
