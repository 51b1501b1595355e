interface Page<T> {
  data: T[];
  response: Response;
}

/** The first so many of a list that comes in pages. */
export async function firstOf<T>(
  limit: number,
  longestPage: number,
  readPage: (query: { limit: number; cursor?: string }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const { data, response } = await readPage({ limit: Math.min(limit - items.length, longestPage), cursor });
    items.push(...data);
    cursor = nextCursor(response);
  } while (cursor !== undefined && items.length < limit);
  return items;
}

const nextCursor = (response: Response) =>
  /[?&]cursor=([^&>]+)/.exec(response.headers.get('link') ?? '')?.[1];
