import { z } from 'zod';
import { apiKeySchema, type NewApiKeyAnswer, newApiKeySchema } from '../answers/users';
import { newKeySchema, rollSchema } from '../schemas';
import { BODY_ERRORS, idOf, json, limited, OPTIONAL_BODY_ERRORS, type RouteConfig } from './operation';

const KEY = {
  id: '3c1e7f52-86a4-4d0f-b6f4-1d8e9b7a2c33',
  name: 'backup server',
  prefix: 'sk_live_3fGh1k',
  created_at: '2026-03-01T12:00:00.000Z',
  expires_at: null,
};
const NEW_KEY: NewApiKeyAnswer = { ...KEY, api_key: 'sk_live_…' };

const FULL = 'You have 20 API keys, as many as are allowed; revoke one first';
const OWN_KEY_ENDS =
  'The key that you came with was rolled and makes no others; come with the one that replaced it';
const NOT_FOUND = 'API key not found';

/** A user's own keys. */
export function keyOperations(): RouteConfig[] {
  return [
    limited({
      call: 'GET /users/me/keys',
      operationId: 'listKeys',
      tags: ['users'],
      summary: 'Your API keys',
      responses: {
        200: {
          description: 'The oldest first',
          ...json(z.array(apiKeySchema), [{ ...KEY, last_used_at: '2026-03-01T12:05:00.000Z' }]),
        },
      },
    }),
    limited({
      call: 'POST /users/me/keys',
      operationId: 'createKey',
      tags: ['users'],
      summary: 'Get one more API key',
      description: 'At most 20 are good at a time.',
      request: { body: { required: true, ...json(newKeySchema, { name: KEY.name }) } },
      responses: {
        201: { description: 'The key is shown only this once', ...json(newApiKeySchema, NEW_KEY) },
      },
      errors: {
        ...BODY_ERRORS,
        409: [FULL, OWN_KEY_ENDS],
        422: { path: 'name', message: 'Must be a name of 1 to 64 characters' },
      },
    }),
    limited({
      call: 'POST /users/me/keys/{id}/roll',
      operationId: 'rollKey',
      tags: ['users'],
      summary: 'Replace an API key by a new one of the same name',
      description:
        'The old one stays good for the overlap, so that your programs can change over in between.',
      request: {
        params: idOf('key'),
        body: { required: false, ...json(rollSchema, { overlap: '24h' }) },
      },
      responses: {
        201: { description: 'The new key is shown only this once', ...json(newApiKeySchema, NEW_KEY) },
      },
      errors: {
        ...OPTIONAL_BODY_ERRORS,
        404: NOT_FOUND,
        409: [
          FULL,
          'This key was rolled already and ends by itself; roll the one that replaced it',
          OWN_KEY_ENDS,
        ],
        422: { path: 'overlap', message: 'Must be a duration from 0s to 7d, such as 24h' },
      },
    }),
    limited({
      call: 'DELETE /users/me/keys/{id}',
      operationId: 'revokeKey',
      tags: ['users'],
      summary: 'Revoke an API key',
      description:
        '**With your last key you leave**, as by `DELETE /users/me`: all your alerts are deleted, since nobody could ' +
        'manage them any longer, and the e-mail address is free again. So you do when the last one that is left ends ' +
        'at its time, which can only happen where you revoke the key that replaced it.',
      request: { params: idOf('key') },
      responses: { 204: { description: 'The key is refused from now on' } },
      errors: { 404: NOT_FOUND },
    }),
  ];
}
