// Makes the types of the API's OpenAPI description: reads it on standard input, writes TypeScript on standard output.
import { text } from 'node:stream/consumers';
import openapiTS, { astToString } from 'openapi-typescript';

const description = JSON.parse(await text(process.stdin));
// For readers of the description: here they would be most of the file. A `Response` has its headers by itself.
for (const { requestBody, responses } of Object.values(description.paths).flatMap(Object.values)) {
  for (const answer of Object.values(responses)) delete answer.headers;
  for (const { content = {} } of [requestBody ?? {}, ...Object.values(responses)]) {
    for (const [type, { schema }] of Object.entries(content)) content[type] = { schema };
  }
}

const ast = await openapiTS(description, {
  // What has a default may be left out.
  defaultNonNullable: false,
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
});
process.stdout.write(`// Made by npm run generate-client; not to be edited.\n${astToString(ast)}`);
