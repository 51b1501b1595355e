import { SLACK_LIMITS, type SlackBlock, type SlackMessage } from '../../src/domain/slack';
import { type ReceivedRequest, type Receiver, startReceiver } from './receiver';

export interface TestSlack {
  url: string;
  receiver: Receiver;
  /** What was accepted, in the order in which it came. */
  messages: SlackMessage[];
  /** Answers all requests with this status from now on, whatever they hold; undefined: as Slack does. */
  fail(status: number | undefined): void;
  /** Never answers the next request, and says so once it is there. */
  holdOne(onHeld: () => void): void;
  close(): Promise<void>;
}

/** A server on loopback that takes what an incoming webhook of Slack takes, and answers 400 `invalid_payload` to anything else. */
export async function startSlack(): Promise<TestSlack> {
  const receiver = await startReceiver();
  const messages: SlackMessage[] = [];
  let failure: number | undefined;
  let hold: (() => void) | undefined;
  receiver.answer((request, response) => {
    if (hold !== undefined) {
      hold();
      hold = undefined;
      return;
    }
    if (failure !== undefined) return response.writeHead(failure).end('no_service');
    const wrong = whatIsWrong(request);
    if (wrong !== undefined) return response.writeHead(400).end(`invalid_payload: ${wrong}`);
    messages.push(JSON.parse(request.body) as SlackMessage);
    return response.writeHead(200).end('ok');
  });
  return {
    url: receiver.url.replace('/hook', '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'),
    receiver,
    messages,
    fail: (status) => {
      failure = status;
    },
    holdOne: (onHeld) => {
      hold = onHeld;
    },
    close: () => receiver.close(),
  };
}

/** Why Slack would not take it; see docs.slack.dev on incoming webhooks and Block Kit. */
export function whatIsWrong({ method, headers, body }: ReceivedRequest): string | undefined {
  if (method !== 'POST') return method;
  if (!headers['content-type']?.startsWith('application/json')) return 'content type';
  if (Object.keys(headers).some((name) => name.startsWith('webhook-'))) return 'a signature';
  const { text, blocks, ...rest } = JSON.parse(body) as Partial<SlackMessage>;
  if (Object.keys(rest).length > 0) return `unknown ${Object.keys(rest)}`;
  if (typeof text !== 'string' || text === '') return 'text is missing';
  if (!Array.isArray(blocks) || blocks.length === 0 || blocks.length > SLACK_LIMITS.blocks) return 'blocks';
  return blocks.map(wrongBlock).find((wrong) => wrong !== undefined);
}

function wrongBlock(block: SlackBlock): string | undefined {
  const isText = (value: { type: string; text: string } | undefined, type: string, most: number) =>
    value?.type === type && value.text.length >= 1 && value.text.length <= most;
  if (block.type === 'header') return isText(block.text, 'plain_text', 150) ? undefined : 'header';
  if (block.type === 'context')
    return block.elements.length > 0 && block.elements.length <= 10 ? undefined : 'context';
  if (block.type !== 'section') return 'unknown block';
  if (block.text !== undefined && !isText(block.text, 'mrkdwn', 3_000)) return 'section text';
  const { fields = [] } = block;
  if (fields.length > 10 || !fields.every((field) => isText(field, 'mrkdwn', 2_000))) return 'fields';
  return block.text === undefined && fields.length === 0 ? 'empty section' : undefined;
}
