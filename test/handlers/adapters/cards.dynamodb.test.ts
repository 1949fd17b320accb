import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, expect, test } from 'vitest';
import { newCard, newsOf } from '../../../core/card.ts';
import { dynamoCards } from '../../../handlers/adapters/cards.dynamodb.ts';
import { cardsContract } from '../../contracts/cards.contract.ts';
import { message } from '../../contracts/notifier.contract.ts';
import { startDynamo } from './dynamo-table.ts';

const dynamo = await startDynamo();
afterAll(() => dynamo.close());

async function newCards() {
  const { tableName, client, wire } = await dynamo.newTable();
  let count = 0;
  return { cards: dynamoCards({ client, tableName, newVersion: () => `version-${++count}` }), client, tableName, wire };
}

cardsContract('DynamoDB', async () => (await newCards()).cards);

test('an item that is no card is told by its place', async () => {
  const { cards, client, tableName } = await newCards();
  await client.send(new PutCommand({ TableName: tableName, Item: { service: 'orders', sk: 'card#team#orders#7' } }));

  await expect(cards.find('orders', 'team', 'orders#7')).rejects.toThrow('item orders / card#team#orders#7 is no card');
});

test('a table that does not answer is told as that', async () => {
  const { client } = await newCards();
  const cards = dynamoCards({ client, tableName: 'nowhere', newVersion: () => 'v' });

  await expect(cards.find('orders', 'team', 'orders#7')).rejects.toMatchObject({ name: 'LedgerUnavailable' });
  const card = newCard(message, 'team', newsOf(message), 0);
  await expect(cards.keep(card, null)).rejects.toMatchObject({ name: 'LedgerUnavailable' });
});
