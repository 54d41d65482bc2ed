// A real OpenID Connect provider for the tests: PKCE is required, people are asked to sign in and to consent.
// usage: node oidc_provider.mjs <port> <redirect uri> <path of the oidc-provider module> <claims as JSON>
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const [port, redirectUri, modulePath, people] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(modulePath).href);
const claims = JSON.parse(people);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: "lienthong",
    client_secret: "bi-mat-cua-kiem-thu",
    redirect_uris: [redirectUri],
    response_types: ["code"],
    grant_types: ["authorization_code"],
    token_endpoint_auth_method: "client_secret_post",
  }],
  pkce: { required: () => true },
  claims: {
    openid: ["sub"],
    profile: ["name", "birthdate", "gender"],
    email: ["email", "email_verified"],
    identity: ["identity_number", "nationality"],
  },
  scopes: ["openid", "profile", "email", "identity"],
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ["chi-dung-de-kiem-thu"] },
  findAccount: (_context, id) => (claims[id] ? { accountId: id, claims: () => ({ sub: id, ...claims[id] }) } : undefined),
});

createServer(provider.callback()).listen(Number(port), "127.0.0.1", () => console.log(`ready ${issuer}`));
