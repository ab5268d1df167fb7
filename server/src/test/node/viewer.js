// One client from npm that follows one chat, or watches all, and does as it is told.
//
//   node viewer.js '{"client": "ws", "url": "http://...", "token": "...", ...}'
//
// Each line that it reads is a thing to do; each line that it writes is everything it knows. It
// ends with 1 as soon as the server did something that the interface does not allow.

import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { EventSource } from 'eventsource';
import { WebSocket } from 'ws';
import { chat, demand, page, parse } from './objects.js';
import { same } from './preview.js';
import { StreamReader } from './reader.js';
import { WatchReader } from './watch.js';

const options = JSON.parse(process.argv[2]);
const isWatch = new URL(options.url).pathname.endsWith('/watch');
const reader = isWatch
  ? new WatchReader()
  : new StreamReader(new URL(options.url).pathname.split('/').at(-2), options.memory);

const known = {
  connections: 0,
  isOpen: false,
  /** The replica of each connection. */
  replicas: [],
  /** How each connection ended. */
  ends: [],
  /** The status of each answer that was no stream. */
  refusals: [],
  pings: 0,
  pongs: 0,
  extensions: '',
  /** How often everything that was due had come. */
  settled: 0,
};

const FINAL_CODES = [1000, 1008];
const TEMPORARY_STATUSES = [429, 503];

const waitingTime = () => 700 + 600 * Math.random();

function tell() {
  process.stdout.write(JSON.stringify({ ...known, ...(isWatch ? watched() : followed()) }) + '\n');
}

function watched() {
  return { changes: reader.changes };
}

function followed() {
  return {
    status: reader.status?.status,
    phase: reader.status?.phase,
    text: reader.preview.text('text'),
    reasoning: reader.preview.text('reasoning'),
    messages: reader.sorted(),
    history: reader.history(),
    queue: (reader.queue ?? []).map((entry) => entry.content[0].text),
    calls: reader.calls,
    error: reader.error?.kind,
    retry: reader.retry?.kind,
    commits: reader.commits,
    counts: reader.counts,
  };
}

/** Does something, and ends the process if the server is to blame. */
function held(what) {
  try {
    what();
  } catch (e) {
    process.stdout.write(JSON.stringify({ ...known, fault: e.stack }) + '\n', () =>
      process.exit(1),
    );
    return;
  }
  tell();
}

function opened(header) {
  known.connections++;
  known.isOpen = true;
  const replica = header('x-chat-replica-id');
  demand(replica, 'the answer has no X-Chat-Replica-Id');
  demand(header('x-request-id'), 'the answer has no X-Request-Id');
  known.replicas.push(replica);
}

function ended(code, reason) {
  known.isOpen = false;
  known.ends.push({ code, reason });
}

/** An answer was no stream. */
function refused(status, retryAfter, connect) {
  held(() => {
    known.refusals.push(status);
    if (TEMPORARY_STATUSES.includes(status)) {
      demand(/^\d+$/.test(retryAfter), 'the answer has no Retry-After');
      setTimeout(connect, 1000 * retryAfter);
    }
  });
}

/** A client over the package ws. Returns what it can be told to do. */
function overWebSocket() {
  let socket;

  function connect() {
    const url = new URL(options.url.replace(/^http/, 'ws'));
    const headers = {};
    if (options.token === undefined) {
      // Nobody is signed in.
    } else if (options.signIn === 'query') {
      url.searchParams.set('coder_session_token', options.token);
    } else {
      headers.Authorization = `Bearer ${options.token}`;
    }
    if (options.framing) {
      url.searchParams.set('framing', options.framing);
    }
    Object.entries(reader.query()).forEach(([name, value]) => url.searchParams.set(name, value));
    socket = new WebSocket(url, { headers });
    socket.on('upgrade', ({ headers }) =>
      held(() => {
        opened((name) => headers[name]);
        reader.open();
      }),
    );
    socket.on('open', () => held(() => (known.extensions = socket.extensions)));
    socket.on('message', (data, isBinary) =>
      held(() => {
        demand(!isBinary, 'a binary message');
        reader.take(data.toString(), options.framing === 'envelope');
      }),
    );
    socket.on('ping', () => held(() => known.pings++));
    socket.on('pong', () => held(() => known.pongs++));
    let isRefused = false;
    socket.on('unexpected-response', (request, response) => {
      isRefused = true;
      refused(response.statusCode, response.headers['retry-after'], connect);
      request.destroy();
    });
    socket.on('error', () => {}); // "close" follows.
    socket.on('close', (code, reason) =>
      held(() => {
        if (known.isOpen) {
          reader.close();
          ended(code, reason.toString());
        }
        if (options.comesBack && !isRefused && !FINAL_CODES.includes(code)) {
          setTimeout(connect, waitingTime());
        }
      }),
    );
  }

  connect();
  return {
    ping: () => socket.ping(),
    say: () => socket.send('hello'),
    close: () => socket.close(1000),
  };
}

/** A client over the package eventsource. It connects again by itself, unless it was refused. */
function overEventSource() {
  let source;

  class Listening extends EventSource {
    dispatchEvent(event) {
      if (event.data !== undefined) {
        held(() => reader.takeEvent(event.type, event.data, event.lastEventId));
      } else if (event.type === 'error' && known.isOpen) {
        held(() => {
          reader.close();
          ended(event.code, event.message);
        });
      }
      return super.dispatchEvent(event);
    }
  }

  async function fetched(url, init) {
    const headers = { ...init.headers, Authorization: `Bearer ${options.token}` };
    const response = await fetch(url, { ...init, headers });
    const header = (name) => response.headers.get(name);
    if (response.status !== 200) {
      refused(response.status, header('retry-after'), connect);
      return response;
    }
    held(() => {
      opened(header);
      const type = header('content-type');
      demand(type === 'text/event-stream', `the stream has the type ${type}`);
      demand(header('cache-control') === 'no-store', 'the stream may be stored');
      demand(header('x-accel-buffering') === 'no', 'the stream may be buffered');
      reader.openAfter(headers['Last-Event-ID'] ?? url.searchParams.get('cursor') ?? undefined);
    });
    return response;
  }

  function connect() {
    const url = new URL(options.url);
    if (reader.lastEventId !== undefined) {
      url.searchParams.set('cursor', reader.lastEventId);
    }
    source = new Listening(url, { fetch: fetched });
  }

  connect();
  return { close: () => source.close() };
}

/** An object that the server gives out at this address. */
async function fetchObject(url, check) {
  const headers = { Authorization: `Bearer ${options.token}` };
  try {
    const response = await fetch(url, { headers });
    const json = await response.text();
    return () => parse(json, check, url);
  } catch {
    await delay(200); // A replica that goes away; the next one answers.
    return fetchObject(url, check);
  }
}

/** Nothing more is due: what has come is complete, and is what a client that only reads gets. */
async function settle(url) {
  const theChat = await fetchObject(url, chat);
  const thePage = await fetchObject(`${url}/messages?limit=200`, page);
  held(() => {
    reader.settle();
    const { status, history_version: h } = theChat();
    demand(reader.is(status) && reader.h === h, `the chat is ${status} at ${h}`);
    demand(same(thePage().messages.reverse(), reader.sorted()), 'other messages are stored');
    known.settled++;
  });
}

const todo = options.client === 'ws' ? overWebSocket() : overEventSource();
todo.settle = () => settle(options.url.replace(/\/stream$/, ''));
createInterface({ input: process.stdin })
  .on('line', (line) => todo[line]())
  .on('close', () => process.exit(0));
