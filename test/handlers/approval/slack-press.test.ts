import { describe, expect, test } from 'vitest';
import { pressOf } from '../../../handlers/approval/slack-press.ts';

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const documented = {
  type: 'block_actions',
  team: { id: 'T9TK3CUKW', domain: 'example' },
  user: { id: 'UA8RXUSPL', username: 'jtorrance', team_id: 'T9TK3CUKW' },
  api_app_id: 'AABA1ABCD',
  token: '9s8d9as89d8as9d8as989',
  container: {
    type: 'message_attachment',
    message_ts: '1548261231.000200',
    attachment_id: 1,
    channel_id: 'CBR2V3XEX',
    is_ephemeral: false,
    is_app_unfurl: false,
  },
  trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
  channel: { id: 'CBR2V3XEX', name: 'review-updates' },
  message: { bot_id: 'BAH5CA16Z', type: 'message', text: 'This content can’t be displayed.', ts: '1548261231.000200' },
  response_url: 'https://hooks.slack.com/actions/AABA1ABCD/1232321423432/D09sSasdasdAS9091209',
  actions: [
    {
      action_id: 'WaXA',
      block_id: '=qXel',
      text: { type: 'plain_text', text: 'View', emoji: true },
      value: 'click_me_123',
      type: 'button',
      action_ts: '1548426417.840180',
    },
  ],
};

const asked = { incident: 'orders#7', from: 'us-east-1', to: 'us-west-2', askedAt: 1_000, thread: 'orders#5' };
const ours = (change: object = {}, value: string = JSON.stringify(asked)) => ({
  ...documented,
  actions: [{ ...documented.actions[0], action_id: 'understudy-decline', value }],
  ...change,
});
const form = (payload: unknown) => Buffer.from(`payload=${encodeURIComponent(JSON.stringify(payload))}`);

test('a payload of Slack’s documentation, from a button of ours, says who pressed what and where', () => {
  expect(pressOf(form(ours()))).toEqual({
    teamId: 'T9TK3CUKW',
    channelId: 'CBR2V3XEX',
    userId: 'UA8RXUSPL',
    userTeamId: 'T9TK3CUKW',
    ts: '1548261231.000200',
    approved: false,
    asked,
  });
});

describe('is no answer:', () => {
  test.each<[string, unknown]>([
    ['a button of somebody else', documented],
    ['a value that is no question', ours({}, 'click_me_123')],
    ['a value with one member more', ours({}, JSON.stringify({ ...asked, force: true }))],
    ['an incident that is none', ours({}, JSON.stringify({ ...asked, incident: '*' }))],
    ['several buttons at once', ours({ actions: [ours().actions[0], ours().actions[0]] })],
    ['another kind of payload', ours({ type: 'view_submission' })],
    ['an app for a whole enterprise, without a team', ours({ team: null })],
    ['no message', ours({ container: { type: 'view' } })],
    ['null', null],
    ['a text', 'payload'],
  ])('%s', (_, payload) => {
    expect(pressOf(form(payload))).toBeNull();
  });

  test.each(['', 'payload', 'payload=%7B', 'ssl_check=1', '{}'])('the body %j', (body) => {
    expect(pressOf(Buffer.from(body))).toBeNull();
  });
});
