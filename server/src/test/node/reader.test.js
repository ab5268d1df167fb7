// The strict reader takes what the interface allows, and refuses the rest: run by `node --test`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chat, page, Violation, watchEvent } from './objects.js';
import { StreamReader } from './reader.js';
import { WatchReader } from './watch.js';

const CHAT = '33333333-3333-4333-8333-333333333333';
const OTHER = '44444444-4444-4444-8444-444444444444';
const WORKER = '55555555-5555-4555-8555-555555555555';

// Events, each at a snapshot

const event = (type, snapshot_version, fields) => ({
  type,
  chat_id: CHAT,
  snapshot_version,
  ...fields,
});

const row = (id, revision, role, text, more) => ({
  id,
  chat_id: CHAT,
  role,
  content: [{ type: 'text', text }],
  created_at: '2026-05-28T00:00:00Z',
  revision,
  ...more,
});

const message = (snapshot, ...rest) => event('message', snapshot, { message: row(...rest) });

const queue = (snapshot, ...queued_messages) =>
  event('queue_update', snapshot, { queued_messages });

const status = (snapshot, name, history_version, more) =>
  event('status', snapshot, { status: { status: name, history_version, ...more } });

const running = (snapshot, h) =>
  status(snapshot, 'running', h, { phase: 'generating', worker_id: WORKER });

const numbered = (type) => (snapshot, history_version, generation_attempt) =>
  event(type, snapshot, { history_version, generation_attempt });
const previewReset = numbered('preview_reset');
const historyReset = numbered('history_reset');

const piece = (snapshot, h, a, seq, part, more) =>
  event('message_part', snapshot, {
    message_part: {
      role: part.type === 'tool-result' ? 'tool' : 'assistant',
      part,
      history_version: h,
      generation_attempt: a,
      seq,
      ...more,
    },
  });

const part = (snapshot, h, a, seq, text, more) =>
  piece(snapshot, h, a, seq, { type: 'text', text }, more);

const failure = { message: 'The provider is overloaded.', retryable: true, kind: 'overloaded' };
const error = (snapshot, more) => event('error', snapshot, { error: { ...failure, ...more } });
const retry = (snapshot) =>
  event('retry', snapshot, {
    retry: {
      attempt: 1,
      delay_ms: 1000,
      error: 'Overloaded.',
      kind: 'overloaded',
      retrying_at: '2026-05-28T00:00:05Z',
    },
  });
const call = { tool_call_id: 'c1', tool_name: 'pick', args: '{}' };
const action = (snapshot, ...tool_calls) =>
  event('action_required', snapshot, { action_required: { tool_calls } });

// Histories

const QUESTION = message(1, 12, 9, 'user', 'hi');
const FIRST_SYNC = [QUESTION, queue(1), running(1, 9), previewReset(1, 9, 1)];
const HALF = [...FIRST_SYNC, part(1, 9, 1, 1, 'Hel')];
const COMMIT = [
  message(2, 13, 10, 'assistant', 'Hello'),
  status(2, 'waiting', 10),
  previewReset(2, 10, 0),
];
const TURN = [...HALF, part(1, 9, 1, 2, 'lo'), ...COMMIT];
const AGAIN = [status(2, 'running', 9, { phase: 'queued' }), previewReset(2, 9, 2)];
const IDLE = [
  message(3, 12, 9, 'user', 'hi'),
  queue(3),
  status(3, 'waiting', 9),
  previewReset(3, 9, 0),
];

/** Reads events as one WebSocket message each; an array begins another connection. */
function read(...connections) {
  const reader = new StreamReader(CHAT);
  connections.forEach((events, i) => {
    if (i > 0) {
      reader.close();
    }
    reader.open();
    events.forEach((each) => reader.take(JSON.stringify([each])));
  });
  return reader;
}

function readAll(...connections) {
  const reader = read(...connections);
  reader.settle();
  return reader;
}

/** Reads server-sent events, each with its id before it. */
function readStreams(...connections) {
  const reader = new StreamReader(CHAT);
  connections.forEach((lines, i) => {
    if (i > 0) {
      reader.close();
    }
    reader.openAfter(reader.lastEventId);
    lines.forEach(([id, each]) => reader.takeEvent(each.type, JSON.stringify(each), id));
  });
  return reader;
}

const without = (object, ...names) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

test('a whole turn is put together', () => {
  const reader = readAll(TURN);
  assert.deepEqual(reader.history(), ['user: hi', 'assistant: Hello']);
  assert.equal(reader.commits[0].text.streamed, 'Hello');
  assert.deepEqual(reader.query(), { after_id: 13, cursor: '10.0.0' });
});

const LEGAL = {
  'an idle chat': [IDLE],
  'a merged frame': [[...FIRST_SYNC, part(1, 9, 1, 7, 'Hello', { first_seq: 1 })]],
  'parts at a later snapshot, as after a change of the title': [[...HALF, part(2, 9, 1, 2, 'lo')]],
  'a cursor that is believed': [HALF, [queue(1), running(1, 9), part(1, 9, 1, 2, 'lo')]],
  'a log that ends before the cursor': [
    HALF,
    [queue(1), running(1, 9), previewReset(1, 9, 1), part(1, 9, 1, 1, 'Hel')],
  ],
  'an attempt of another worker': [[...HALF, ...AGAIN, part(2, 9, 2, 1, 'Hi')]],
  'an attempt that skips one': [[...HALF, previewReset(5, 9, 3), part(5, 9, 3, 1, 'Hi')]],
  'a failure, and a retry after it': [
    [
      ...HALF,
      status(2, 'error', 9),
      error(2),
      running(3, 9),
      previewReset(3, 9, 2),
      part(3, 9, 2, 1, 'H'),
    ],
  ],
  'a retry that was announced': [
    [
      ...HALF,
      status(2, 'running', 9, { phase: 'retrying' }),
      retry(2),
      running(3, 9),
      previewReset(3, 9, 2),
    ],
  ],
  'an edit': [
    [
      ...TURN,
      historyReset(3, 11, 0),
      message(3, 14, 11, 'user', 'ho'),
      running(3, 11),
      previewReset(3, 11, 0),
    ],
  ],
  'a history that was cleared': [
    [...TURN, historyReset(3, 11, 0), status(3, 'waiting', 11), previewReset(3, 11, 0)],
  ],
  'a row again after a cut in a sync': [
    [QUESTION],
    [QUESTION, queue(1), running(1, 9), previewReset(1, 9, 1)],
  ],
  'tools of the client': [
    [...HALF, status(2, 'requires_action', 10), action(2, call), previewReset(2, 10, 0)],
  ],
  'the end of access': [[...HALF, error(1, { kind: 'gone' })]],
  'a call, piece by piece': [
    [
      ...FIRST_SYNC,
      piece(1, 9, 1, 1, {
        type: 'tool-call',
        tool_call_id: 'c',
        tool_name: 't',
        args_delta: '{"a"',
      }),
      piece(1, 9, 1, 2, {
        type: 'tool-call',
        tool_call_id: 'c',
        tool_name: 't',
        args_delta: ':1}',
      }),
      piece(1, 9, 1, 3, { type: 'tool-call', tool_call_id: 'c', tool_name: 't', args: { a: 1 } }),
    ],
  ],
};

for (const [what, connections] of Object.entries(LEGAL)) {
  test(`${what} is taken`, () => readAll(...connections));
}

// What is refused, and a word of the reason

const callPart = (more) => ({ type: 'tool-call', tool_call_id: 'c', tool_name: 't', ...more });

const ILLEGAL = {
  'an unknown event': [/unknown type/, [event('hello', 1, {})]],
  'an event without its snapshot': [
    /lacks snapshot_version/,
    [without(QUESTION, 'snapshot_version')],
  ],
  'an event of another chat': [/of the chat/, [{ ...queue(1), chat_id: OTHER }]],
  'a row of another chat': [/another chat/, [message(1, 12, 9, 'user', 'hi', { chat_id: OTHER })]],
  'an unknown field': [/unknown field/, [{ ...queue(1), more: 1 }]],
  'a field that is null': [/queued_messages/, [{ ...queue(1), queued_messages: null }]],
  'an unknown status': [/status/, [queue(1), status(1, 'idle', 9)]],
  'running without a phase': [/phase/, [queue(1), status(1, 'running', 9)]],
  'waiting with a phase': [/phase/, [queue(1), status(1, 'waiting', 9, { phase: 'queued' })]],
  'a worker of a queued turn': [
    /worker/,
    [queue(1), status(1, 'running', 9, { phase: 'queued', worker_id: WORKER })],
  ],
  'a system row': [/role/, [message(1, 12, 9, 'system', 'You are')]],
  'a delta in a committed row': [
    /lacks args|unknown field/,
    [message(1, 12, 9, 'assistant', '', { content: [callPart({ args_delta: '{' })] })],
  ],
  'a part before the first sync': [
    /before the first sync|no queue_update/,
    [part(1, 9, 1, 1, 'Hel')],
  ],
  'a first sync without its queue': [
    /no queue_update/,
    [QUESTION, running(1, 9), previewReset(1, 9, 1), part(1, 9, 1, 1, 'H')],
  ],
  'a first sync without its status': [/no status/, [QUESTION, queue(1), part(1, 9, 1, 1, 'H')]],
  'a first sync without its preview_reset': [
    /no preview_reset/,
    [QUESTION, queue(1), running(1, 9), part(1, 9, 1, 1, 'H')],
  ],
  'status before the queue': [/too late/, [QUESTION, running(1, 9), queue(1)]],
  'messages after the status': [/too late/, [queue(1), running(1, 9), QUESTION]],
  'messages out of order': [
    /after/,
    [message(1, 13, 9, 'user', 'a'), message(1, 12, 9, 'user', 'b')],
  ],
  'a row newer than its sync': [/newer/, [QUESTION, queue(1), running(1, 8)]],
  'two of a kind in one sync': [/second time/, [queue(1), running(1, 9), running(1, 10)]],
  'a snapshot that goes back': [
    /goes back/,
    [...FIRST_SYNC, part(2, 9, 1, 1, 'H'), part(1, 9, 1, 2, 'e')],
  ],
  'a status that says nothing new': [/no field/, [...FIRST_SYNC, running(2, 9)]],
  'a history that goes back': [/goes back/, [...FIRST_SYNC, running(2, 8)]],
  'messages without a new history version': [
    /version stays|not new/,
    [...FIRST_SYNC, message(2, 13, 9, 'user', 'a'), status(2, 'waiting', 9)],
  ],
  'a commit without its status': [/no status/, [...HALF, COMMIT[0], part(3, 9, 1, 2, 'lo')]],
  'a commit without its preview_reset': [
    /no preview_reset/,
    [...HALF, COMMIT[0], COMMIT[1], queue(3)],
  ],
  'a gap': [/begins with 3/, [...HALF, part(1, 9, 1, 3, 'o')]],
  'a repeat': [/begins with 1/, [...HALF, part(1, 9, 1, 1, 'Hel')]],
  'a merged frame that overlaps': [
    /begins with 1/,
    [...HALF, part(1, 9, 1, 3, 'Hello', { first_seq: 1 })],
  ],
  'a first_seq that is no range': [
    /first_seq/,
    [...FIRST_SYNC, part(1, 9, 1, 1, 'H', { first_seq: 1 })],
  ],
  'a part that does not begin at 1': [/begins with 2/, [...FIRST_SYNC, part(1, 9, 1, 2, 'el')]],
  'a part of an attempt nobody announced': [
    /not of the episode/,
    [...HALF, part(1, 9, 2, 1, 'Hi')],
  ],
  'a part of an older attempt': [/not of the episode/, [...HALF, ...AGAIN, part(2, 9, 1, 2, 'lo')]],
  'a part of attempt 0': [/positive/, [...FIRST_SYNC, part(1, 9, 0, 1, 'H')]],
  'a part after the commit': [/while the chat is waiting/, [...TURN, part(2, 9, 1, 3, '!')]],
  'a part after the error': [
    /while the chat is error/,
    [...HALF, status(2, 'error', 9), error(2), part(2, 9, 1, 2, 'lo')],
  ],
  'a part after the retry was announced': [
    /has failed/,
    [...HALF, status(2, 'running', 9, { phase: 'retrying' }), retry(2), part(2, 9, 1, 2, 'lo')],
  ],
  'parts of a failed attempt, for whoever comes later': [
    /has failed/,
    [
      ...HALF,
      status(2, 'running', 9, { phase: 'retrying' }),
      retry(2),
      running(3, 9),
      previewReset(3, 9, 1),
      part(3, 9, 1, 1, 'Hel'),
    ],
  ],
  'an attempt that goes back': [
    /goes back/,
    [...HALF, ...AGAIN, part(2, 9, 2, 1, 'Hi'), previewReset(3, 9, 1)],
  ],
  'a preview_reset for nothing': [/nothing new/, [...FIRST_SYNC, previewReset(2, 9, 1)]],
  'a preview_reset of another history': [/not of 9/, [...HALF, previewReset(2, 10, 1)]],
  'a history_reset for nothing': [
    /no message that the client has/,
    [
      ...TURN,
      historyReset(3, 11, 0),
      message(3, 12, 9, 'user', 'hi'),
      message(3, 13, 10, 'assistant', 'Hello'),
      status(3, 'waiting', 11),
      previewReset(3, 11, 0),
    ],
  ],
  'two episodes after one history_reset': [
    /different episodes/,
    [
      ...TURN,
      historyReset(3, 11, 0),
      message(3, 14, 11, 'user', 'ho'),
      running(3, 11),
      previewReset(3, 11, 1),
      part(3, 11, 1, 1, 'H'),
    ],
  ],
  'a row twice': [/comes twice/, [...TURN, message(3, 13, 11, 'assistant', 'Hello')]],
  'an error without its event': [/no error/, [...HALF, status(2, 'error', 9), queue(3)]],
  'an error while it runs': [/error comes while/, [...HALF, error(2)]],
  'calls without their event': [
    /no action_required/,
    [...HALF, status(2, 'requires_action', 10), previewReset(2, 10, 0), queue(3)],
  ],
  'calls that are none': [/names no call/, [...HALF, status(2, 'requires_action', 10), action(2)]],
  'a retry while it waits': [/retry comes while/, [...IDLE, retry(4)]],
  'a retry that joiners do not hear of': [
    /no retry/,
    [queue(1), status(1, 'running', 9, { phase: 'retrying' }), previewReset(1, 9, 1), queue(2)],
  ],
  'anything after the end of access': [
    /after the end/,
    [...HALF, error(1, { kind: 'gone' }), part(1, 9, 1, 2, 'lo')],
  ],
  'a part with text of no kind': [
    /unknown type/,
    [...FIRST_SYNC, piece(1, 9, 1, 1, { type: 'poem', text: 'a' })],
  ],
  'a part with a whole call and a piece of one': [
    /exactly one/,
    [...FIRST_SYNC, piece(1, 9, 1, 1, callPart({ args: {}, args_delta: '{' }))],
  ],
  'a call that goes on': [
    /goes on/,
    [
      ...FIRST_SYNC,
      piece(1, 9, 1, 1, callPart({ args: {} })),
      piece(1, 9, 1, 2, callPart({ args_delta: '{' })),
    ],
  ],
  'a call with other args than were streamed': [
    /not what was streamed/,
    [
      ...FIRST_SYNC,
      piece(1, 9, 1, 1, callPart({ args_delta: '{}' })),
      piece(1, 9, 1, 2, callPart({ args: { a: 1 } })),
    ],
  ],
  'a merged frame of whole calls': [
    /no delta/,
    [...FIRST_SYNC, piece(1, 9, 1, 2, callPart({ args: {} }), { first_seq: 1 })],
  ],
  'a merged frame above 64 KiB': [
    /bytes/,
    [...FIRST_SYNC, part(1, 9, 1, 2, 'a'.repeat(64 << 10), { first_seq: 1 })],
  ],
  'a part above 1 MiB': [/bytes/, [...FIRST_SYNC, part(1, 9, 1, 1, 'a'.repeat((1 << 20) + 1024))]],
  'a split surrogate pair': [
    /surrogate/,
    [...FIRST_SYNC, part(1, 9, 1, 1, '\ud83d'), part(1, 9, 1, 2, '\ude00')],
  ],
  'a tool result of an assistant': [
    /role assistant/,
    [
      ...FIRST_SYNC,
      piece(
        1,
        9,
        1,
        1,
        { type: 'tool-result', tool_call_id: 'c', tool_name: 't', result: 1 },
        { role: 'assistant' },
      ),
    ],
  ],
};

for (const [what, [reason, events]] of Object.entries(ILLEGAL)) {
  test(`${what} is refused`, () =>
    assert.throws(
      () => readAll(events),
      (e) => e instanceof Violation && reason.test(e.message),
    ));
}

const ILLEGAL_AFTER_A_CUT = {
  'a row again that the client has': [/not asked for/, HALF, [QUESTION, queue(1), running(1, 9)]],
  'parts from 1, and the cursor names the episode': [
    /begins with 1/,
    HALF,
    [queue(1), running(1, 9), part(1, 9, 1, 1, 'Hel')],
  ],
  'a part behind the next one': [
    /begins with 3/,
    HALF,
    [queue(1), running(1, 9), part(1, 9, 1, 3, 'o')],
  ],
  'another history without a preview_reset': [
    /no preview_reset/,
    HALF,
    [COMMIT[0], queue(2), COMMIT[1], queue(3)],
  ],
  'no queue': [/no queue_update/, HALF, [running(1, 9), part(1, 9, 1, 2, 'lo')]],
};

for (const [what, [reason, ...connections]] of Object.entries(ILLEGAL_AFTER_A_CUT)) {
  test(`${what} is refused after a cut`, () =>
    assert.throws(
      () => readAll(...connections),
      (e) => e instanceof Violation && reason.test(e.message),
    ));
}

// Frames

const FRAMES = {
  'no array': [/array/, JSON.stringify(queue(1))],
  'an empty array': [/no event/, '[]'],
  'no JSON': [/not JSON/, '[{]'],
  'more than 256 events': [/257 events/, JSON.stringify(Array(257).fill(queue(1)))],
  'more than 4 MiB': [/4 MiB/, JSON.stringify([message(1, 12, 9, 'user', 'a'.repeat(4 << 20))])],
};

for (const [what, [reason, json]] of Object.entries(FRAMES)) {
  test(`a WebSocket message with ${what} is refused`, () => {
    const reader = read([]);
    assert.throws(
      () => reader.take(json),
      (e) => e instanceof Violation && reason.test(e.message),
    );
  });
}

test('an envelope is taken where it was asked for, and an array is not', () => {
  const reader = read([]);
  reader.take(JSON.stringify({ type: 'data', data: FIRST_SYNC }), true);
  assert.throws(() => reader.take(JSON.stringify([queue(2)]), true), Violation);
  assert.throws(
    () => reader.take(JSON.stringify({ type: 'data', data: [], more: 1 }), true),
    Violation,
  );
});

test('a client that keeps the largest id alone sees each part once per connection', () => {
  const reader = new StreamReader(CHAT, 'largest-id');
  reader.open();
  reader.take(JSON.stringify(HALF));
  reader.close();
  assert.deepEqual(reader.query(), { after_id: 12 });
  reader.open();
  assert.equal(reader.preview.text('text'), '');
  reader.take(
    JSON.stringify([
      queue(1),
      running(1, 9),
      previewReset(1, 9, 1),
      part(1, 9, 1, 2, 'Hello', { first_seq: 1 }),
    ]),
  );
  reader.settle();
  assert.equal(reader.preview.text('text'), 'Hello');
});

// Event ids

const IDS = ['9.0.0.12', '9.0.0.12', '9.0.0.12', '9.1.0.12'];
const STREAM = FIRST_SYNC.map((each, i) => [IDS[i], each]);
const STREAMED = [...STREAM, ['9.1.1.12', part(1, 9, 1, 1, 'Hel')]];

test('ids name what can be resumed from', () => {
  const reader = readStreams(STREAMED, [
    ['9.1.1.12', queue(1)],
    ['9.1.1.12', running(1, 9)],
    ['9.1.2.12', part(1, 9, 1, 2, 'lo')],
    ['9.1.2.13', COMMIT[0]],
    ['9.1.2.13', COMMIT[1]],
    ['10.0.0.13', COMMIT[2]],
  ]);
  reader.settle();
  assert.deepEqual(reader.history(), ['user: hi', 'assistant: Hello']);
});

test('ids of a new list name its largest id at its end', () => {
  const turn = [
    ...STREAMED,
    ['9.1.1.13', COMMIT[0]],
    ['9.1.1.13', COMMIT[1]],
    ['10.0.0.13', COMMIT[2]],
  ];
  readStreams([
    ...turn,
    ['10.0.0.13', historyReset(3, 11, 0)],
    ['10.0.0.13', message(3, 12, 9, 'user', 'hi')],
    ['10.0.0.13', status(3, 'waiting', 11)],
    ['11.0.0.12', previewReset(3, 11, 0)],
  ]).settle();
});

const ILLEGAL_IDS = {
  'no number': [/has the id/, [['9.1', queue(1)]]],
  'the new position in the middle of a sync': [
    /neither|after the id/,
    [...STREAMED, ['10.0.0.13', COMMIT[0]], ['10.0.0.13', COMMIT[1]], ['10.0.0.13', COMMIT[2]]],
  ],
  'the old position of a part': [
    /not the position/,
    [...STREAM, ['9.1.0.12', part(1, 9, 1, 1, 'Hel')]],
  ],
  'another largest id': [/largest/, [['9.0.0.11', QUESTION]]],
  'another history version than that of the sync': [
    /another history/,
    [
      ['8.0.0.12', QUESTION],
      ['8.0.0.12', queue(1)],
      ['8.0.0.12', running(1, 9)],
    ],
  ],
};

for (const [what, [reason, lines]] of Object.entries(ILLEGAL_IDS)) {
  test(`an event id with ${what} is refused`, () =>
    assert.throws(
      () => readStreams(lines).settle(),
      (e) => e instanceof Violation && reason.test(e.message),
    ));
}

test('a client that resumes from another id than the last is refused', () => {
  const reader = readStreams(STREAMED);
  reader.close();
  assert.throws(() => reader.openAfter('9.1.0.12'), Violation);
});

test('an event under another name is refused', () => {
  const reader = readStreams([]);
  assert.throws(() => reader.takeEvent('status', JSON.stringify(queue(1)), '1.0.0.0'), Violation);
});

// Objects

const A_CHAT = {
  id: CHAT,
  organization_id: OTHER,
  owner_id: OTHER,
  last_model_config_id: OTHER,
  title: 'Say hello',
  status: 'running',
  phase: 'generating',
  last_turn_summary: null,
  created_at: '2026-05-28T00:00:00Z',
  updated_at: '2026-05-28T00:00:01.25Z',
  archived: false,
  pin_order: 0,
  mcp_server_ids: [],
  labels: { ticket: 'o/r#1' },
  has_unread: false,
  client_type: 'api',
  children: [],
  snapshot_version: 22,
  history_version: 9,
};

const A_PAGE = {
  messages: [row(12, 9, 'user', 'hi')],
  queued_messages: [],
  has_more: false,
  history_version: 9,
};

test('objects are taken as they should be', () => {
  chat(A_CHAT, 'chat');
  page(A_PAGE, 'page');
  watchEvent({ kind: 'created', chat: A_CHAT }, 'change');
});

const BAD_CHATS = {
  'a status of its own': { ...A_CHAT, status: 'completed' },
  'no phase while running': without(A_CHAT, 'phase'),
  'a phase while waiting': { ...A_CHAT, status: 'waiting' },
  'no error in error': { ...without(A_CHAT, 'phase'), status: 'error' },
  'an error while running': { ...A_CHAT, last_error: failure },
  'a summary': { ...A_CHAT, summary: 'x' },
  'a last_turn_summary': { ...A_CHAT, last_turn_summary: 'x' },
  'no last_turn_summary': without(A_CHAT, 'last_turn_summary'),
  'no children': without(A_CHAT, 'children'),
  'a child that is none': { ...A_CHAT, children: [{}] },
  'labels that are null': { ...A_CHAT, labels: null },
  'labels that are no strings': { ...A_CHAT, labels: { a: 1 } },
  'an id in capitals': { ...A_CHAT, id: CHAT.replace('3', 'A') },
  'a time of another zone': { ...A_CHAT, created_at: '2026-05-28T00:00:00+02:00' },
  'a time with nanoseconds': { ...A_CHAT, created_at: '2026-05-28T00:00:00.123456789Z' },
  'a root and no parent': { ...A_CHAT, root_chat_id: OTHER },
};

for (const [what, bad] of Object.entries(BAD_CHATS)) {
  test(`a chat with ${what} is refused`, () => assert.throws(() => chat(bad, 'chat'), Violation));
}

test('a page with a message that is none is refused', () => {
  for (const name of ['id', 'role', 'content', 'created_at', 'revision']) {
    const bad = { ...A_PAGE, messages: [without(A_PAGE.messages[0], name)] };
    assert.throws(() => page(bad, 'page'), Violation, name);
  }
});

test('what a watch tells is refused if it is no change', () => {
  const refuses = (value, isEnvelope) =>
    assert.throws(() => new WatchReader().take(JSON.stringify(value), isEnvelope), Violation);
  refuses({ kind: 'moved', chat: A_CHAT });
  refuses({ kind: 'created' });
  refuses({ kind: 'created', chat: A_CHAT, tool_calls: [] });
  refuses({ kind: 'action_required', chat: A_CHAT, tool_calls: [] });
  refuses({ kind: 'created', chat: { ...A_CHAT, children: [A_CHAT] } });
  refuses({ kind: 'created', chat: A_CHAT }, true);
  refuses([{ kind: 'created', chat: A_CHAT }]);
});
