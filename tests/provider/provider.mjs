// An OpenID Connect provider by the library `oidc-provider`, with one holder and one client:
// node provider.mjs PORT REDIRECT_URI CLAIMS_JSON
// Signing in is one button: the holder is known, and the authentication context is the one that was asked for.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, back, said] = process.argv.slice(2);
const { acr, ...claims } = JSON.parse(said);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  acrValues: [acr],
  clients: [
    {
      client_id: "badgepass",
      client_secret: "a secret: of nothing",
      redirect_uris: [back],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      application_type: "native",
    },
  ],
  claims: { openid: ["sub", "acr"], profile: ["given_name", "family_name", "birthdate"], eduid: ["eduid"] },
  scopes: ["openid", "profile", "eduid"],
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  cookies: { keys: ["of a test"] },
  interactions: { url: (_, { uid }) => `/sign-in/${uid}` },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...claims }) }),
});

async function signIn(request, response) {
  const { params, grantId, session } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end('<!doctype html><html lang="en"><title>Provider</title><form method="post"><button>Sign in</button></form>');
    return;
  }
  const accountId = session?.accountId ?? "noor";
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const login = { accountId, acr };
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { login, consent }, { mergeWithLastSubmission: false });
}

const inner = provider.callback();
createServer((request, response) => {
  const handled = request.url.startsWith("/sign-in/") ? signIn(request, response) : inner(request, response);
  Promise.resolve(handled).catch((error) => {
    response.statusCode = 500;
    response.end(String(error));
  });
}).listen(Number(port), "127.0.0.1");
