import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { createCodec } from '../src/codec';

const key = () => randomBytes(32).toString('base64');
const [older, newer] = [key(), key()];
const plain = defaultPayloadConverter.toPayload({ url: 'https://hooks.example/?token=hunter2' }) as Payload;
const meaning = (payload: Payload | undefined) => defaultPayloadConverter.fromPayload(payload as Payload);
const encrypting = (...keys: string[]) => createCodec({ encrypts: true, keys });

async function encrypted(...keys: string[]): Promise<Payload> {
  const [payload] = await encrypting(...keys).encode([plain]);
  return payload as Payload;
}

describe('the payload codec', () => {
  it('encrypts the value and its own metadata, each time differently, and decrypts both', async () => {
    const payloads = [await encrypted(newer), await encrypted(newer)];
    for (const { metadata, data } of payloads) {
      expect(Object.keys(metadata ?? {}).sort()).toEqual(['encoding', 'encryption-key-id']);
      expect(Buffer.from(metadata?.encoding ?? []).toString()).toBe('binary/encrypted');
      expect(Buffer.from(data ?? []).includes('hunter2')).toBe(false);
    }
    expect(Buffer.from(payloads[0]?.data ?? [])).not.toEqual(Buffer.from(payloads[1]?.data ?? []));
    const decoded = await encrypting(newer).decode(payloads);
    expect(decoded.map(meaning)).toEqual([meaning(plain), meaning(plain)]);
  });

  it('encrypts with the first key and decrypts with every one', async () => {
    const [before, after] = [await encrypted(older), await encrypted(newer, older)];
    const both = await encrypting(newer, older).decode([before, after, plain]);
    expect(both.map(meaning)).toEqual([meaning(plain), meaning(plain), meaning(plain)]);
    await expect(encrypting(older).decode([after])).rejects.toThrow('TEMPORAL_CODEC_KEY holds');
  });

  it('leaves alone what is not encrypted, and encrypts nothing without a first key', async () => {
    expect(await encrypting(newer).decode([plain])).toEqual([plain]);
    for (const codec of [createCodec(), createCodec({ encrypts: false, keys: [older] })])
      expect(await codec.encode([plain])).toEqual([plain]);
    const stopped = createCodec({ encrypts: false, keys: [older] });
    expect((await stopped.decode([await encrypted(older)])).map(meaning)).toEqual([meaning(plain)]);
  });

  it('names the variable and the key that is missing', async () => {
    const payload = await encrypted(newer);
    const id = Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString();
    await expect(createCodec().decode([payload])).rejects.toThrow(
      `A payload in Temporal is encrypted with the key ${id}; TEMPORAL_CODEC_KEY is not set`,
    );
    const foreign = { ...payload, metadata: { encoding: Buffer.from('binary/encrypted') } };
    await expect(encrypting(newer).decode([foreign])).rejects.toThrow('the key without an id;');
  });

  it.each([
    ['a changed byte', (data: Buffer) => data.fill((data[40] ?? 0) + 1, 40, 41)],
    ['a missing end', (data: Buffer) => data.subarray(0, -1)],
    ['hardly anything', (data: Buffer) => data.subarray(0, 20)],
    ['nothing', () => Buffer.alloc(0)],
  ])('refuses %s', async (_, change) => {
    const payload = await encrypted(newer);
    const damaged = { ...payload, data: change(Buffer.from(payload.data ?? [])) };
    await expect(encrypting(newer).decode([damaged])).rejects.toThrow(/TEMPORAL_CODEC_KEY was changed/);
  });
});
