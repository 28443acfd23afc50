// Writes the types of the API: node generate.mjs <address of the document> <file>
import { writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [address, file] = process.argv.slice(2);
const blob = ts.factory.createTypeReferenceNode("Blob");

const types = await openapiTS(new URL(address), {
  // What the server fills in may be left out of a request.
  defaultNonNullable: false,
  // Files are bytes, not texts.
  transform: (schema) => (schema.format === "binary" ? blob : undefined),
});
await writeFile(file, astToString(types));
