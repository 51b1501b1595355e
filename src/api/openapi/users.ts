import { registeredSchema, rotatedSecretSchema, userSchema } from '../answers/users';
import { registrationSchema, rotationSchema } from '../schemas';
import { BODY_ERRORS, json, limited, OPTIONAL_BODY_ERRORS, type RouteConfig } from './operation';

const EMAIL = 'ada@example.com';
const ID = '7f9c24e8-3b12-4f4e-9a8e-2f0b6c1d5e77';

/** Registering, who one is, leaving, and the secret that signs one's webhooks. */
export function userOperations(): RouteConfig[] {
  return [
    limited({
      call: 'POST /users/register',
      tokens: 2,
      operationId: 'register',
      tags: ['users'],
      summary: 'Register, and get an API key and the secret that signs your webhooks',
      security: [],
      request: { body: { required: true, ...json(registrationSchema, { email: EMAIL }) } },
      responses: {
        201: {
          description: 'Both secrets are shown only this once',
          ...json(registeredSchema, {
            id: ID,
            email: EMAIL,
            api_key: 'sk_live_…',
            webhook_secret: 'whsec_…',
          }),
        },
      },
      errors: {
        ...BODY_ERRORS,
        400: [...BODY_ERRORS[400], 'This e-mail address is registered already'],
        422: { path: 'email', message: 'Must be an e-mail address' },
      },
    }),
    limited({
      call: 'GET /users/me',
      operationId: 'getMe',
      tags: ['users'],
      summary: 'Who you are',
      responses: {
        200: {
          description: 'You',
          ...json(userSchema, {
            id: ID,
            email: EMAIL,
            is_active: true,
            created_at: '2026-03-01T11:00:00.000Z',
          }),
        },
      },
    }),
    limited({
      call: 'DELETE /users/me',
      operationId: 'deleteMe',
      tags: ['users'],
      summary: 'Leave',
      description:
        'All your keys are refused, all your alerts deleted, and your e-mail address and webhook secret forgotten; ' +
        'no webhook attempt begins afterwards. The address can be registered again.',
      responses: { 204: { description: 'You are gone' } },
    }),
    limited({
      call: 'POST /webhook-secret/rotate',
      operationId: 'rotateWebhookSecret',
      tags: ['users'],
      summary: 'Get a new webhook secret',
      description:
        'Until the grace period is over, every webhook carries a signature of the new secret and one of each before, ' +
        'the newest first, so that your server can change over in between. At most five secrets sign at a time.',
      request: { body: { required: false, ...json(rotationSchema, { grace_period: '24h' }) } },
      responses: {
        200: {
          description: 'The secret is shown only this once',
          ...json(rotatedSecretSchema, {
            webhook_secret: 'whsec_…',
            previous_expires_at: '2026-03-02T12:00:00.000Z',
          }),
        },
      },
      errors: {
        ...OPTIONAL_BODY_ERRORS,
        409:
          '5 webhook secrets sign already, as many as are allowed; the next one ends at 2026-03-02T12:00:00.000Z. ' +
          'Wait for it, or end all of them at once with "grace_period": "0s"',
        422: { path: 'grace_period', message: 'Must be a duration from 0s to 7d, such as 24h' },
      },
    }),
  ];
}
