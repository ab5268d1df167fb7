// A strict reader of the stream of one chat. It does what docs/api.md says under "Rules for
// clients", and where a client would drop or repair something, it throws.

import { demand, parse, streamEvent, Violation } from './objects.js';
import { Preview, same, textOf } from './preview.js';

const MERGED_BYTES_MAX = 64 << 10;
const PART_BYTES_MAX = (1 << 20) + 1024; // What stands around the part included.
const EVENTS_MAX = 256;
const MESSAGE_BYTES_MAX = 4 << 20;

// The order in which the events of one sync come. Parts follow.
const RANKS = {
  history_reset: 1,
  message: 1,
  queue_update: 2,
  status: 3,
  error: 4,
  action_required: 5,
  retry: 6,
  preview_reset: 7,
};
const RANK_OF_PARTS = 8;

// The one string that is joined when neighbours leave as one frame.
const DELTAS = {
  text: 'text',
  reasoning: 'text',
  'tool-call': 'args_delta',
  'tool-result': 'result_delta',
};

const ENDS_OF_ACCESS = ['gone', 'session_expired'];

const bytesOf = (json) => Buffer.byteLength(json, 'utf8');

const numbersOf = (event) => ({ h: event.history_version, a: event.generation_attempt });

const compare = (one, other) => one.h - other.h || one.a - other.a;

const name = ({ h, a }) => `${h}.${a}`;

function arrayOfEvents(value, at) {
  demand(Array.isArray(value), `${at} is not an array of events`);
}

function envelope(value, at) {
  const isOne = same(Object.keys(value ?? {}).sort(), ['data', 'type']) && value.type === 'data';
  demand(isOne, `${at} is not an envelope`);
  arrayOfEvents(value.data, at);
}

/** The four numbers of an event id. */
function position(id) {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(id);
  demand(match !== null, `an event has the id ${id}`);
  const [h, a, s, m] = match.slice(1).map(Number);
  return { h, a, s, m };
}

/** What is known of one connection. */
class Connection {
  /** Where the client said that it is; undefined: it named no history version. */
  from;
  /** The largest message id that the client has, as the server sees it. */
  m = 0;
  /** The largest id of a list that came anew, until the end of its sync. */
  mOfNewList;
  snapshot = 0;
  rank = 0;
  isFirstSyncDue = true;
  /** The sync under way; it is finished when something else comes. */
  sync;
  /** The newest status that came here. */
  status;
  received = new Set();
  newList;
  /** The history version in the ids of a first sync that follows no position. */
  unnamedH;
  isEndOfSyncSaid = false;
  isAccessOver = false;

  constructor(from, m) {
    this.from = from;
    this.m = m;
  }
}

export class StreamReader {
  messages = new Map();
  queue;
  status;
  error;
  retry;
  calls = [];
  preview = new Preview();
  h = 0;
  episode = { h: 0, a: 0 };
  last = 0;
  lastEventId;
  /** For each answer that was committed: what was shown until then, and what was committed. */
  commits = [];
  /** How often each type came. */
  counts = {};

  #chat;
  #memory;
  #connection;
  #wasCutInSync = false;
  #void = new Set();

  /** @param memory `position`: what the rules ask for; `largest-id`: no other number is kept */
  constructor(chat, memory = 'position') {
    this.#chat = chat;
    this.#memory = memory;
  }

  largestId() {
    return Math.max(0, ...this.messages.keys());
  }

  /** What the next connection asks for. */
  query() {
    if (this.#memory === 'largest-id') {
      return { after_id: this.largestId() };
    }
    if (this.h === 0) {
      return {};
    }
    const { h, a, s } = this.#position();
    return { after_id: this.largestId(), cursor: `${h}.${a}.${s}` };
  }

  #position() {
    const isCurrent = this.episode.h === this.h;
    return { h: this.h, a: isCurrent ? this.episode.a : 0, s: isCurrent ? this.last : 0 };
  }

  /** A new connection, which asked for what [query] said. */
  open() {
    demand(this.#connection === undefined, 'a connection begins before the one before has ended');
    const m = this.largestId();
    if (this.#memory === 'largest-id') {
      this.#restart({ h: 0, a: 0 });
      this.#connection = new Connection(undefined, m);
    } else if (this.h === 0) {
      this.messages.clear();
      this.#connection = new Connection(undefined, 0);
    } else {
      this.#connection = new Connection({ ...this.#position(), m }, m);
    }
  }

  /** A new connection, which asked for what follows an event id, if there was one. */
  openAfter(lastEventId) {
    demand(this.#connection === undefined, 'a connection begins before the one before has ended');
    demand(
      lastEventId === this.lastEventId,
      `the client resumes from ${lastEventId}, and ${this.lastEventId} was the last id`,
    );
    const from = lastEventId && position(lastEventId);
    this.#connection = new Connection(from, from?.m ?? 0);
  }

  /** The connection has ended, wherever it was. */
  close() {
    const { sync, newList, isFirstSyncDue } = this.#connection;
    if (!isFirstSyncDue) {
      const isCut = sync !== undefined && this.#missing(sync) !== undefined;
      this.#wasCutInSync = isCut || newList !== undefined;
    }
    this.#connection = undefined;
  }

  /** Nothing more is due: what has come has to be complete. */
  settle() {
    demand(this.#connection?.status !== undefined, 'no first sync came');
    this.#finishSync();
  }

  /** A WebSocket message. */
  take(json, isEnvelope = false) {
    demand(bytesOf(json) < MESSAGE_BYTES_MAX, 'a WebSocket message has 4 MiB or more');
    const value = parse(json, isEnvelope ? envelope : arrayOfEvents, 'a WebSocket message');
    const events = isEnvelope ? value.data : value;
    demand(events.length > 0, 'a WebSocket message holds no event');
    demand(events.length <= EVENTS_MAX, `a WebSocket message holds ${events.length} events`);
    for (const event of events) {
      streamEvent(event, event?.type ?? 'an event');
      this.#take(event);
    }
  }

  /** A server-sent event. */
  takeEvent(type, json, id) {
    const event = parse(json, streamEvent, type);
    demand(event.type === type, `an event ${type} holds one of type ${event.type}`);
    const numbers = position(id);
    this.#take(event);
    this.#checkId(type, numbers);
    this.lastEventId = id;
  }

  #take(event) {
    const connection = this.#connection;
    const { type, snapshot_version: snapshot } = event;
    demand(connection !== undefined, `${type} comes without a connection`);
    demand(!connection.isAccessOver, `${type} comes after the end was announced`);
    demand(event.chat_id === this.#chat, `${type} is of the chat ${event.chat_id}`);
    demand(
      snapshot >= connection.snapshot,
      `${type} goes back from snapshot ${connection.snapshot} to ${snapshot}`,
    );
    this.counts[type] = (this.counts[type] ?? 0) + 1;
    if (type === 'error' && ENDS_OF_ACCESS.includes(event.error.kind)) {
      connection.isAccessOver = true;
      this.error = event.error;
    } else if (type === 'message_part') {
      this.#finishSync();
      connection.snapshot = snapshot;
      connection.rank = RANK_OF_PARTS;
      this.#part(event.message_part, bytesOf(JSON.stringify(event)));
    } else {
      this.#order(type, snapshot);
      this.#sync(event);
    }
  }

  #order(type, snapshot) {
    const connection = this.#connection;
    if (snapshot > connection.snapshot) {
      this.#finishSync();
      connection.snapshot = snapshot;
      connection.rank = 0;
      connection.isEndOfSyncSaid = false;
    }
    const rank = RANKS[type];
    demand(rank >= connection.rank, `${type} comes too late in the sync of snapshot ${snapshot}`);
    demand(
      rank > connection.rank || type === 'message',
      `${type} comes a second time in the sync of snapshot ${snapshot}`,
    );
    demand(!connection.isEndOfSyncSaid, `${type} comes after the id that ended the sync`);
    connection.rank = rank;
    connection.sync ??= {
      snapshot,
      isFirst: connection.isFirstSyncDue,
      before: (connection.isFirstSyncDue && connection.from) || this.#position(),
      statusBefore: connection.status?.status,
      events: new Map(),
      largest: 0,
      newest: 0,
    };
    connection.isFirstSyncDue = false;
  }

  #sync(event) {
    const { type } = event;
    this.#connection.sync.events.set(type, event);
    if (type !== 'message' && type !== 'history_reset') {
      this.#swapInNewList();
    }
    switch (type) {
      case 'message':
        this.#message(event.message);
        break;
      case 'queue_update':
        this.queue = event.queued_messages;
        break;
      case 'status':
        this.#status(event.status);
        break;
      case 'error':
        this.#mustBe('error', type);
        this.error = event.error;
        this.retry = undefined;
        this.preview = new Preview();
        break;
      case 'action_required':
        this.#mustBe('requires_action', type);
        this.calls = event.action_required.tool_calls;
        break;
      case 'retry':
        this.#mustBe('running', type);
        this.retry = event.retry;
        this.preview = new Preview();
        break;
      case 'preview_reset':
        this.#previewReset(numbersOf(event));
        break;
      case 'history_reset':
        this.#historyReset(numbersOf(event));
        break;
      default:
        throw new Violation(`there is no event ${type}`);
    }
  }

  #mustBe(status, type) {
    demand(this.is(status), `${type} comes while the chat is ${this.status?.status}`);
  }

  #message(message) {
    const connection = this.#connection;
    const { sync } = connection;
    const { id, revision } = message;
    demand(id > sync.largest, `message ${id} comes after ${sync.largest}`);
    sync.largest = id;
    sync.newest = Math.max(sync.newest, revision);
    demand(!connection.received.has(id), `message ${id} comes twice on one connection`);
    connection.received.add(id);
    if (connection.newList !== undefined) {
      connection.newList.set(id, message);
      return;
    }
    this.#mustBeMissing(message);
    if (message.role !== 'user') {
      this.#commit(message);
    }
    this.messages.set(id, message);
    connection.m = Math.max(connection.m, id);
  }

  #mustBeMissing({ id, revision }) {
    const { sync, from, m } = this.#connection;
    if (sync.isFirst && from !== undefined) {
      demand(revision > from.h || id > from.m, `message ${id} comes, and was not asked for`);
    } else {
      demand(id > m, `message ${id} comes, and ${m} came before it`);
      demand(
        sync.isFirst || revision > sync.before.h,
        `message ${id} of revision ${revision} is not new after history version ${sync.before.h}`,
      );
    }
    demand(
      !this.messages.has(id) || this.#wasCutInSync,
      `message ${id} comes again, and the connection before was not cut in a sync`,
    );
  }

  #commit(message) {
    if (message.role === 'assistant') {
      const both = (type) => ({
        streamed: this.preview.text(type),
        committed: textOf(message.content, type),
      });
      this.commits.push({ id: message.id, text: both('text'), reasoning: both('reasoning') });
    }
    this.preview = new Preview();
  }

  #historyReset(numbers) {
    const connection = this.#connection;
    connection.newList = new Map();
    connection.received.clear();
    this.#advance(numbers, 'history_reset');
  }

  #swapInNewList() {
    const connection = this.#connection;
    const list = connection.newList;
    if (list === undefined) {
      return;
    }
    demand(
      [...this.messages.keys()].some((id) => !list.has(id)) ||
        this.#wasCutInSync ||
        this.#memory === 'largest-id',
      'history_reset comes, and no message that the client has was deleted',
    );
    connection.newList = undefined;
    this.messages = list;
    connection.mOfNewList = this.largestId();
    connection.m = Math.max(connection.m, connection.mOfNewList);
  }

  #status(status) {
    const connection = this.#connection;
    const { sync } = connection;
    const h = status.history_version;
    demand(h >= this.h, `the history goes back from ${this.h} to ${h}`);
    demand(sync.newest <= h, `a message of revision ${sync.newest} is newer than history ${h}`);
    demand(
      sync.isFirst || sync.newest === 0 || h > sync.before.h,
      'messages come, and the history version stays',
    );
    demand(!same(status, connection.status), 'status comes, and no field of it has changed');
    connection.status = status;
    this.status = status;
    this.h = h;
    if (h !== this.episode.h) {
      this.#restart({ h, a: 0 });
    }
    if (!this.is('error')) {
      this.error = undefined;
    }
    if (!this.is('requires_action')) {
      this.calls = [];
    }
    if (!this.is('running', 'retrying')) {
      this.retry = undefined;
    }
  }

  #previewReset(numbers) {
    const { isFirst, before } = this.#connection.sync;
    demand(numbers.h === this.h, `preview_reset is of history ${numbers.h}, not of ${this.h}`);
    demand(
      isFirst || compare(numbers, before) > 0 || before.s > 0,
      'preview_reset comes, and there is nothing new and nothing to drop',
    );
    this.#advance(numbers, 'preview_reset');
  }

  #advance(numbers, type) {
    demand(
      compare(numbers, this.episode) >= 0,
      `${type} goes back from ${name(this.episode)} to ${name(numbers)}`,
    );
    this.#restart(numbers);
  }

  #restart(episode) {
    this.episode = episode;
    this.last = 0;
    this.preview = new Preview();
  }

  #part(part, bytes) {
    const numbers = numbersOf(part);
    const first = part.first_seq ?? part.seq;
    const at = `part ${name(numbers)}.${part.seq}`;
    demand(this.#connection.status !== undefined, `${at} comes before the first sync`);
    this.#mustBe('running', at);
    demand(same(numbers, this.episode), `${at} is not of the episode ${name(this.episode)}`);
    demand(!this.#void.has(name(numbers)), `${at} is of an attempt that has failed`);
    demand(first === this.last + 1, `${at} begins with ${first}, and ${this.last} was the last`);
    if (first < part.seq) {
      demand(Object.hasOwn(part.part, DELTAS[part.part.type]), `${at} is merged, and no delta`);
      demand(bytes <= MERGED_BYTES_MAX, `${at} is merged, and has ${bytes} bytes`);
    }
    demand(bytes <= PART_BYTES_MAX, `${at} has ${bytes} bytes`);
    this.preview.add(part.part);
    this.last = part.seq;
    this.retry = undefined;
  }

  /** What a sync lacks so far; undefined: it may end here. */
  #missing({ events, isFirst, before, statusBefore }) {
    const { from } = this.#connection;
    const has = (type) => events.has(type);
    const isNow = (status) => this.is(status) && status !== statusBefore;
    if (isFirst && !has('queue_update')) {
      return 'queue_update';
    }
    if ((isFirst || has('message') || has('history_reset')) && !has('status')) {
      return 'status';
    }
    if (isNow('error') && !has('error')) {
      return 'error';
    }
    if (isNow('requires_action') && !has('action_required')) {
      return 'action_required';
    }
    if (isFirst && this.is('running', 'retrying') && !has('retry')) {
      return 'retry';
    }
    const isUnknown = isFirst && from === undefined;
    return (isUnknown || this.h !== before.h) && !has('preview_reset')
      ? 'preview_reset'
      : undefined;
  }

  #finishSync() {
    const { sync } = this.#connection;
    if (sync === undefined) {
      return;
    }
    const missing = this.#missing(sync);
    demand(missing === undefined, `the sync of snapshot ${sync.snapshot} has no ${missing}`);
    const reset = sync.events.get('history_reset');
    demand(
      reset === undefined || same(numbersOf(reset), this.episode),
      'history_reset and preview_reset name different episodes',
    );
    if (sync.events.has('error') || sync.events.has('retry')) {
      this.#void.add(name(this.episode));
    }
    if (sync.isFirst) {
      this.#wasCutInSync = false;
    }
    this.#connection.sync = undefined;
  }

  /** Until the last event of a sync, ids name the position before it. */
  #checkId(type, id) {
    const connection = this.#connection;
    if (connection.isAccessOver) {
      return;
    }
    const at = `the id ${Object.values(id).join('.')} of ${type}`;
    const is = ({ h, a, s }) => id.h === h && id.a === a && id.s === s;
    const isNew = is(this.#position());
    if (type === 'message_part' || type === 'preview_reset') {
      demand(isNew, `${at} is not the position after it`);
    } else if (!is(this.#before(id, at))) {
      demand(isNew, `${at} is neither the position before the sync nor the one after it`);
      connection.isEndOfSyncSaid = true;
    }
    if (type === 'preview_reset') {
      connection.m = connection.mOfNewList ?? connection.m;
      connection.mOfNewList = undefined;
    }
    const m = Math.max(connection.m, ...(connection.newList?.keys() ?? []));
    demand(id.m === m, `${at} does not name ${m} as the largest message id`);
  }

  #before(id, at) {
    const connection = this.#connection;
    if (!connection.sync.isFirst || connection.from !== undefined) {
      return connection.sync.before;
    }
    connection.unnamedH ??= id.h;
    demand(
      connection.status === undefined || connection.unnamedH === this.h,
      `${at} names another history version than the first sync`,
    );
    return { h: connection.unnamedH, a: 0, s: 0 };
  }

  is(status, phase) {
    return this.status?.status === status && (phase === undefined || this.status.phase === phase);
  }

  /** The messages in their order. */
  sorted() {
    return [...this.messages.values()].sort((one, other) => one.id - other.id);
  }

  /** Role and text of each message. */
  history() {
    return this.sorted().map(({ role, content }) => `${role}: ${textOf(content, 'text')}`);
  }
}
