// A certified OpenID provider with the ways of SPID and CIE; everyone who comes is Ada, or says no.
// node provider.mjs FOLDER_WITH_NODE_MODULES PORT CLIENT_JSON
import http from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, port, client] = process.argv.slice(2);
const { Provider } = await import(
  pathToFileURL(createRequire(`${folder}/package.json`).resolve("oidc-provider")).href
);
const NUMBER = "https://attributes.eid.gov.it/fiscal_number";
const LEVELS = ["https://www.spid.gov.it/SpidL1", "https://www.spid.gov.it/SpidL2", "CIE_L2"];
const ada = {
  sub: "ada",
  [NUMBER]: "TINIT-LVLDAA85T50G702B",
  birthdate: "1985-12-10",
  address: { locality: "Bologna", postal_code: "40121" },
};
let level = LEVELS[1];

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [JSON.parse(client)],
  pkce: { required: () => true },
  acrValues: LEVELS,
  claims: { acr: null, openid: ["sub"], [NUMBER]: null, birthdate: null, address: null },
  conformIdTokenClaims: true,
  cookies: { keys: ["only for tests"] },
  enabledJWA: {
    userinfoEncryptionAlgValues: ["RSA-OAEP", "RSA-OAEP-256"],
    userinfoEncryptionEncValues: ["A256CBC-HS512"],
  },
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    requestObjects: { enabled: true, requireSignedRequestObject: true },
    jwtUserinfo: { enabled: true },
    encryption: { enabled: true },
  },
  findAccount: (context, id) => ({ accountId: id, claims: () => ada }),
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
});

async function interact(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    const login = { accountId: "ada", acr: level, remember: false };
    return provider.interactionFinished(request, response, { login });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const { missingOIDCScope, missingOIDCClaims } = prompt.details;
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(" "));
  if (missingOIDCClaims) grant.addOIDCClaims(missingOIDCClaims);
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

const answer = provider.callback();
http
  .createServer((request, response) => {
    if (request.url.startsWith("/level/")) {
      level = LEVELS[Number(request.url.at(-1)) - 1];
      return response.end();
    }
    if (!request.url.startsWith("/interaction/")) return answer(request, response);
    return interact(request, response).catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  })
  .listen(Number(port), "127.0.0.1", () => console.log("ready"));
