import { createServer } from 'node:http';
import { AwsError } from '../aws/service.ts';
import { refuseStranger } from '../guard.ts';
import { host, listen, stop } from '../listening.ts';

export interface LinksServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  close(): Promise<void>;
}

/** What the links in messages do; each resolves with the subscription's ARN or rejects with an AwsError. */
export interface LinkActions {
  confirm(topicArn: string, token: string): string;
  unsubscribe(subscriptionArn: string): void;
}

/**
 * The address that SubscribeURL and UnsubscribeURL lead to. Links are not signed, so they cannot go through the server
 * of the AWS protocols, which tells the region by the signature.
 */
export async function startLinksServer(actions: LinkActions): Promise<LinksServer> {
  const server = createServer((request, response) => {
    if (refuseStranger(request, response)) return;
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { status, body } = answer(url, actions);
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  return { url: `http://${host}:${await listen(server, 0)}`, close: () => stop(server) };
}

function answer(url: URL, actions: LinkActions): { status: number; body: string } {
  const parameter = (name: string) => url.searchParams.get(name) ?? '';
  try {
    switch (url.pathname === '/' ? parameter('Action') : '') {
      case 'ConfirmSubscription': {
        const arn = actions.confirm(parameter('TopicArn'), parameter('Token'));
        const result = `<ConfirmSubscriptionResult><SubscriptionArn>${escaped(arn)}</SubscriptionArn></ConfirmSubscriptionResult>`;
        return { status: 200, body: xml('ConfirmSubscriptionResponse', result) };
      }
      case 'Unsubscribe':
        actions.unsubscribe(parameter('SubscriptionArn'));
        return { status: 200, body: xml('UnsubscribeResponse', '') };
      default:
        return {
          status: 404,
          body: xml('ErrorResponse', '<Error><Type>Sender</Type><Code>InvalidAction</Code></Error>'),
        };
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const code = error.code.replace(/Exception$/, '');
    const detail = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(error.message)}</Message></Error>`;
    return { status: error.status, body: xml('ErrorResponse', detail) };
  }
}

function xml(element: string, content: string): string {
  return `<${element} xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${content}</${element}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
