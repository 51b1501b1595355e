import { findUser } from '../db/users';
import type { ApiMiddleware } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';

/** Lets only those through whose e-mail address stands in `OPERATOR_EMAILS`; after `authenticate`. */
export function operatorsOnly({ db, config }: Pick<ApiDeps, 'db' | 'config'>): ApiMiddleware {
  return async (ctx, next) => {
    const email = (await findUser(db, ctx.state.userId))?.email;
    if (email === undefined || !config.operatorEmails.includes(email.toLowerCase()))
      throw httpError(403, 'Only operators may do this');
    await next();
  };
}
