import type { FetchResponse, ParamsOption, RequestBodyOption } from 'openapi-fetch';
import type { paths } from '../../../clients/typescript';

/** How the paths of all routes begin. */
export const PREFIX = '/api/v1';

type Method = 'get' | 'post' | 'patch' | 'delete';
type MethodsOf<Item> = { [M in Method]: Item extends Record<M, object> ? M : never }[Method];

/** Method and path as the API's description has them, but for the prefix: `GET /alerts/{id}`. */
export type Route = {
  [Path in keyof paths]: Path extends `${typeof PREFIX}${infer Rest}`
    ? `${Uppercase<MethodsOf<paths[Path]>>} ${Rest}`
    : never;
}[keyof paths];

type OperationOf<R extends Route> = R extends `${infer M} ${infer Rest}`
  ? `${typeof PREFIX}${Rest}` extends infer Path extends keyof paths
    ? Lowercase<M> extends infer Key extends keyof paths[Path]
      ? paths[Path][Key]
      : never
    : never
  : never;

/** What a form makes: figures may still be what somebody has typed, for the API to say what is wrong with it. */
export type AsTyped<T> = T extends number
  ? number | string
  : T extends object
    ? { [K in keyof T]: AsTyped<T[K]> }
    : T;

interface Key {
  /** Another key than that of the session. */
  key?: string;
}

type Call<O> = ParamsOption<O> & AsTyped<RequestBodyOption<O>> & Key;

/** Parameters and body of a call, as its route wants them; left out where it wants none. */
export type CallOf<R extends Route> =
  object extends Call<OperationOf<R>> ? [Call<OperationOf<R>>?] : [Call<OperationOf<R>>];

/** What a call that succeeds is answered. */
export type AnswerOf<R extends Route> = Extract<
  FetchResponse<OperationOf<R>, object, 'application/json'>,
  { error?: never }
>['data'];
