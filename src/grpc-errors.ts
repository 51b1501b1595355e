import { isGrpcServiceError } from '@temporalio/client';

/** The codes of gRPC's specification that we tell apart. */
export const GRPC = { notFound: 5, alreadyExists: 6 } as const;

/** Whether Temporal refused a call with this code. */
export function isRefusal(error: unknown, code: number): boolean {
  return isGrpcServiceError(error) && error.code === code;
}
