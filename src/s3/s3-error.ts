/** Thrown where S3 would not take or give something; the message is a plain sentence without any secret. */
export class S3Error extends Error {
  override name = 'S3Error';

  /** `conflict`, `refused` and `no bucket` stay as they are until somebody mends them; `unavailable` may pass. */
  constructor(
    readonly kind: 'conflict' | 'refused' | 'no bucket' | 'unavailable',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const CREDENTIALS = 'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN';

/**
 * What was thrown while something was asked of a bucket, as a sentence that says what to look at; what is no answer of S3 is left
 * as it is.
 */
export function describeS3Error(
  error: unknown,
  { bucket, server }: { bucket: string; server: string },
): Error {
  if (error instanceof S3Error) return error;
  const said = error as Error & { $metadata?: { httpStatusCode?: number } };
  const { $metadata } = said;
  const name = words(said.name);
  const message = words(said.message);
  const status = $metadata?.httpStatusCode;
  const because = { cause: error };
  if (name === 'CredentialsProviderError')
    return new S3Error('unavailable', `There are no credentials for ${server}: set ${CREDENTIALS}`, because);
  if (name === 'NoSuchBucket')
    return new S3Error('no bucket', `${server} has no bucket ${bucket}: look at S3_BUCKET`, because);
  if (name === 'PermanentRedirect' || status === 301)
    return new S3Error('no bucket', `The bucket ${bucket} is in another region: look at S3_REGION`, because);
  if (status === 401 || status === 403) {
    // What a refused HEAD is called says nothing: it has no body.
    const why = /Denied|Signature|Key|Token|Account|Skewed/.test(name) ? ` (${name})` : '';
    return new S3Error(
      'refused',
      `${server} refuses access to the bucket ${bucket}${why}: look at ${CREDENTIALS}, and at what they may do`,
      because,
    );
  }
  if (status !== undefined)
    return new S3Error('unavailable', `${server} answered ${status} (${name}: ${message})`, because);
  // The SDK marks whatever its own requests have thrown.
  if ($metadata !== undefined)
    return new S3Error('unavailable', `${server} can't be reached (${message})`, because);
  return error as Error;
}

const MOST_WORDS = 300;

/** What a server said, fit for a message: one short line. */
export function words(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > MOST_WORDS ? `${line.slice(0, MOST_WORDS).replace(/\p{Cs}$/u, '')}…` : line;
}
