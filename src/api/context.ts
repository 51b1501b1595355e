import type { Router, RouterContext, RouterMiddleware } from '@koa/router';

/** What one request carries along. */
export interface ApiState {
  requestId: string;
  /** Set by `authenticate`; handlers of routes without it must not ask. */
  userId: string;
}

export type ApiContext = RouterContext<ApiState>;
export type ApiMiddleware = RouterMiddleware<ApiState>;
export type ApiRouter = Router<ApiState>;

/** Where everything but the operators' pages and the documentation lives. */
export const API_PREFIX = '/api/v1';
