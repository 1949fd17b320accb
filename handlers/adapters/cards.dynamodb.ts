import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { prettifyError } from 'zod';
import type { Card } from '../../core/card.ts';
import { LedgerMalformed, LedgerUnavailable } from '../errors.ts';
import type { Cards, KeptCard } from '../ports.ts';
import { cardItemSchema } from './ledger-items.ts';
import { nameOf, sentenceOf } from './vendor-error.ts';

export interface DynamoCardsOptions {
  readonly client: Pick<DynamoDBDocumentClient, 'send'>;
  /** The ledger's. */
  readonly tableName: string;
  /** A string that was never given before. */
  readonly newVersion: () => string;
}

/** Cards beside the records of their services: `card#<channel>#<thread>`, with the `version` that the next write is compared with. */
export function dynamoCards({ client, tableName, newVersion }: DynamoCardsOptions): Cards {
  return {
    async find(service, channel, thread) {
      const Key = { service, sk: keyOf({ channel, thread }) };
      const { Item } = await client
        .send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }))
        .catch((error: unknown) => {
          throw new LedgerUnavailable(`cannot read ${Key.sk} of ${service}: ${sentenceOf(error)}`, { cause: error });
        });
      if (Item === undefined) return null;
      const { success, data, error } = cardItemSchema.safeParse(Item);
      if (success) return data;
      throw new LedgerMalformed(`item ${service} / ${Key.sk} is no card: ${prettifyError(error)}`, { cause: error });
    },
    async keep(card: Card, before: KeptCard | null) {
      const kept = { ...card, version: newVersion() };
      const sk = keyOf(card);
      try {
        await client.send(new PutCommand({ TableName: tableName, Item: { sk, ...kept }, ...unchanged(before) }));
        return kept;
      } catch (error) {
        if (nameOf(error) === 'ConditionalCheckFailedException') return null;
        throw new LedgerUnavailable(`cannot write ${sk} of ${card.service}: ${sentenceOf(error)}`, { cause: error });
      }
    },
  };
}

const keyOf = ({ channel, thread }: Pick<Card, 'channel' | 'thread'>): string => `card#${channel}#${thread}`;

const unchanged = (before: KeptCard | null) =>
  before === null
    ? {
        ConditionExpression: 'attribute_not_exists(#service)',
        ExpressionAttributeNames: { '#service': 'service' },
      }
    : {
        ConditionExpression: '#version = :before',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':before': before.version },
      };
