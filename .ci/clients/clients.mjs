// Every case, sent by the client that the argument names. The packages are in NODE_CLIENTS.

import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { createRequire } from "node:module";

const load = createRequire(`${process.env.NODE_CLIENTS}/`);
const base = new URL(process.env.SIGV4_URL);
const [region, service] = ["us-east-1", "execute-api"];
const credentials = (token) => ({
  accessKeyId: token ? "ASIAEVERYTHING" : "AKIDEVERYTHING",
  secretAccessKey: "everything-secret",
  sessionToken: token ? "the+token/==" : undefined,
});

/** The path and query as they are, which `fetch` and `URL` would change. */
function sent(method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const options = { host: base.hostname, port: base.port, method, path, headers };
    const request = httpRequest(options, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => resolve([answer.statusCode, Buffer.concat(pieces).toString()]));
    });
    request.on("error", reject);
    request.end(body || undefined);
  });
}

const clients = {
  aws4() {
    const aws4 = load("aws4");
    return ({ method, path, body, token }) => {
      const options = { host: base.host, method, path, body: body || undefined, service, region };
      aws4.sign(options, credentials(token));
      return sent(method, options.path, options.headers, body);
    };
  },

  aws4fetch() {
    const { AwsClient } = load("aws4fetch");
    return async ({ method, path, body, token }) => {
      const client = new AwsClient({ ...credentials(token), service, region, retries: 0 });
      const answer = await client.fetch(base.origin + path, { method, body: body || undefined });
      return [answer.status, await answer.text()];
    };
  },

  smithy() {
    const { SignatureV4 } = load("@smithy/signature-v4");
    const { HttpRequest } = load("@smithy/protocol-http");
    const { Sha256 } = load("@aws-crypto/sha256-js");
    return async ({ method, path, body, token }) => {
      const signer = new SignatureV4({ credentials: credentials(token), region, service, sha256: Sha256 });
      const [bare, text] = path.split("?");
      const query = {};
      for (const pair of (text ?? "").split("&").filter(Boolean)) {
        const [key, value] = pair.split(/=(.*)/s).map((side) => decodeURIComponent(side ?? ""));
        query[key] = key in query ? [query[key], value ?? ""].flat() : (value ?? "");
      }
      const escape = (side) =>
        encodeURIComponent(side).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
      const pairs = Object.entries(query).flatMap(([key, values]) =>
        [values].flat().map((value) => `${escape(key)}=${escape(value)}`),
      );
      const unsigned = new HttpRequest({
        protocol: "http:",
        hostname: base.hostname,
        port: Number(base.port),
        method,
        path: bare,
        query,
        headers: { host: base.host },
        body: body || undefined,
      });
      const { headers } = await signer.sign(unsigned);
      return sent(method, pairs.length > 0 ? `${bare}?${pairs.join("&")}` : bare, headers, body);
    };
  },
};

const send = clients[process.argv[2]]();
for (const row of JSON.parse(readFileSync(new URL("cases.json", import.meta.url)))) {
  const body = row.body.repeat(row.times ?? 1);
  let [status, answer] = await send({ ...row, path: base.pathname + row.target, body });
  if (status === 200) {
    const echo = JSON.parse(answer);
    if (echo.method !== row.method || echo.body !== body) {
      status = `200, but arrived as ${echo.method} with ${echo.body.length} characters`;
    }
  }
  console.log(`${row.name}\t${status}`);
}
