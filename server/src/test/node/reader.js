// A strict reader of the stream of one chat. It does what docs/api.md says under "Rules for
// clients", and where a client would drop or repair something, it throws.

import { Connection, position } from './connection.js';
import { demand, parse, streamEvent, Violation } from './objects.js';
import { Preview, same, textOf } from './preview.js';

const MERGED_BYTES_MAX = 64 << 10;
const PART_BYTES_MAX = (1 << 20) + 1024; // What stands around the part included.
const EVENTS_MAX = 256;
const MESSAGE_BYTES_MAX = 4 << 20;

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
    if (!this.#connection.isAccessOver) {
      this.#connection.checkId(type, numbers, this.#position());
    }
    this.lastEventId = id;
  }

  #take(event) {
    const connection = this.#connection;
    const { type, snapshot_version: snapshot } = event;
    demand(connection !== undefined, `${type} comes without a connection`);
    demand(event.chat_id === this.#chat, `${type} is of the chat ${event.chat_id}`);
    this.counts[type] = (this.counts[type] ?? 0) + 1;
    if (type === 'error' && ENDS_OF_ACCESS.includes(event.error.kind)) {
      connection.isAccessOver = true;
      this.error = event.error;
      return;
    }
    if (type === 'message_part' || connection.isBehind(snapshot)) {
      this.#finishSync();
    }
    connection.enter(type, snapshot, this.#position());
    if (type === 'message_part') {
      this.#part(event.message_part, bytesOf(JSON.stringify(event)));
    } else {
      this.#sync(event);
    }
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
    demand(id > sync.largestId, `message ${id} comes after ${sync.largestId}`);
    sync.largestId = id;
    sync.newestRevision = Math.max(sync.newestRevision, revision);
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
    demand(
      sync.newestRevision <= h,
      `a message of revision ${sync.newestRevision} is newer than history ${h}`,
    );
    demand(
      sync.isFirst || sync.newestRevision === 0 || h > sync.before.h,
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
  #missing(sync) {
    const { isFirst } = sync;
    const isNow = (status) => this.is(status) && status !== sync.statusBefore;
    const isUnknown = isFirst && this.#connection.from === undefined;
    const due = {
      queue_update: isFirst,
      status: isFirst || sync.has('message') || sync.has('history_reset'),
      error: isNow('error'),
      action_required: isNow('requires_action'),
      retry: isFirst && this.is('running', 'retrying'),
      preview_reset: isUnknown || this.h !== sync.before.h,
    };
    return Object.keys(due).find((type) => due[type] && !sync.has(type));
  }

  #finishSync() {
    const { sync } = this.#connection;
    if (sync === undefined) {
      return;
    }
    const missing = this.#missing(sync);
    demand(missing === undefined, `a sync has no ${missing}`);
    const reset = sync.events.get('history_reset');
    demand(
      reset === undefined || same(numbersOf(reset), this.episode),
      'history_reset and preview_reset name different episodes',
    );
    if (sync.has('error') || sync.has('retry')) {
      this.#void.add(name(this.episode));
    }
    if (sync.isFirst) {
      this.#wasCutInSync = false;
    }
    this.#connection.sync = undefined;
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
