// A client of OneTop: typed calls, and a token on each of them.
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.js";

export type Job = components["schemas"]["Job"];
export type SignedIn = components["schemas"]["SignedIn"];

export function connect(baseUrl: string, token?: () => string): Client<paths> {
  const client = createClient<paths>({ baseUrl, headers: { "Accept-Language": "en" } });
  if (token) {
    client.use({
      onRequest({ request }) {
        request.headers.set("Authorization", `Bearer ${token()}`);
      },
    });
  }
  return client;
}

// How a form with a file is sent: fetch itself writes the boundary.
export function form(body: object): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(body)) {
    if (value !== undefined) data.append(name, value);
  }
  return data;
}
