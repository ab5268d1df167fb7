// The objects of the interface, as docs/api.md has them under "Objects", and nothing beside them:
// a field that is missing, one that is null, and one that is not in the list are all refused.

/** Something came that the interface does not allow. */
export class Violation extends Error {
  constructor(message) {
    super(message);
    this.name = 'Violation';
  }
}

export function demand(condition, message) {
  if (!condition) {
    throw new Violation(message);
  }
}

const shown = (value) => {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > 200 ? json.slice(0, 200) + ' ...' : json;
};

// A check takes a value and where it was found, and throws if it is not what it should be.

const rule = (name, holds) => (value, at) =>
  demand(holds(value), `${at} is not ${name}: ${shown(value)}`);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

const string = rule('a string', (v) => typeof v === 'string');
const text = rule('a string that is not empty', (v) => typeof v === 'string' && v !== '');
const bool = rule('a bool', (v) => typeof v === 'boolean');
const number = rule('an integer of 0 or more', (v) => Number.isSafeInteger(v) && v >= 0);
const positive = rule('a positive integer', (v) => Number.isSafeInteger(v) && v > 0);
const uuid = rule('a lower-case UUID', (v) => typeof v === 'string' && UUID.test(v));
const timestamp = rule(
  'a timestamp in UTC',
  (v) => typeof v === 'string' && TIMESTAMP.test(v) && !Number.isNaN(Date.parse(v)),
);
const json = rule('a JSON value', (v) => v !== undefined);
const isNull = rule('null', (v) => v === null);
const oneOf = (...values) => rule(`one of ${values}`, (v) => values.includes(v));

const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);

const optional = (check) => Object.assign((value, at) => check(value, at), { optional: true });

const list = (check) => (value, at) => {
  demand(Array.isArray(value), `${at} is not an array: ${shown(value)}`);
  value.forEach((each, i) => check(each, `${at}[${i}]`));
};

const mapOf = (check) => (value, at) => {
  demand(isObject(value), `${at} is not an object: ${shown(value)}`);
  Object.entries(value).forEach(([key, each]) => check(each, `${at}["${key}"]`));
};

/** An object with these fields and no other; `also` sees it when they are right by themselves. */
const object =
  (fields, also = () => {}) =>
  (value, at) => {
    demand(isObject(value), `${at} is not an object: ${shown(value)}`);
    for (const name of Object.keys(value)) {
      demand(Object.hasOwn(fields, name), `${at} has an unknown field ${name}`);
    }
    for (const [name, check] of Object.entries(fields)) {
      if (Object.hasOwn(value, name)) {
        check(value[name], `${at}.${name}`);
      } else {
        demand(check.optional, `${at} lacks ${name}`);
      }
    }
    also(value, at);
  };

/** One of several objects, told apart by a field. */
const variants = (field, kinds) => (value, at) => {
  demand(isObject(value), `${at} is not an object: ${shown(value)}`);
  demand(Object.hasOwn(kinds, value[field]), `${at} has the unknown ${field} ${value[field]}`);
  kinds[value[field]](value, at);
};

// Parts

const ofCall = {
  tool_call_id: text,
  tool_name: text,
  mcp_server_config_id: optional(uuid),
  provider_executed: optional(bool),
  created_at: optional(timestamp),
};

const ofBoth = {
  source: object({ type: string, url: text, source_id: optional(text), title: optional(string) }),
  file: object({ type: string, file_id: uuid, media_type: text, name: optional(string) }),
};

/** A part of a committed message: whole. */
const committedPart = variants('type', {
  ...ofBoth,
  text: object({ type: string, text: string }),
  reasoning: object({
    type: string,
    text: string,
    created_at: optional(timestamp),
    completed_at: optional(timestamp),
  }),
  'tool-call': object({ type: string, ...ofCall, args: json }),
  'tool-result': object({ type: string, ...ofCall, result: json, is_error: optional(bool) }),
  'file-reference': object({
    type: string,
    file_name: text,
    start_line: number,
    end_line: number,
    content: string,
  }),
});

const exactlyOne =
  (...names) =>
  (value, at) =>
    demand(
      names.filter((name) => Object.hasOwn(value, name)).length === 1,
      `${at} does not have exactly one of ${names}`,
    );

/** A part of an answer that is being written: the next piece of something. */
export const streamedPart = variants('type', {
  ...ofBoth,
  text: object({ type: string, text }),
  reasoning: object({ type: string, text }),
  'tool-call': object(
    { type: string, ...ofCall, args: optional(json), args_delta: optional(string) },
    exactlyOne('args', 'args_delta'),
  ),
  'tool-result': object(
    {
      type: string,
      ...ofCall,
      result: optional(json),
      result_delta: optional(string),
      result_reset: optional(oneOf(true)),
      is_error: optional(bool),
    },
    exactlyOne('result', 'result_delta', 'result_reset'),
  ),
});

// Messages

const PARTS_OF_ROLE = {
  user: ['text', 'file', 'file-reference'],
  assistant: ['reasoning', 'text', 'tool-call', 'source', 'file'],
  tool: ['tool-result'],
};

export const message = object(
  {
    id: positive,
    chat_id: uuid,
    role: oneOf('user', 'assistant', 'tool'),
    content: list(committedPart),
    created_at: timestamp,
    revision: positive,
    created_by: optional(uuid),
    model_config_id: optional(uuid),
    usage: optional(
      object({
        input_tokens: optional(number),
        output_tokens: optional(number),
        total_tokens: optional(number),
        reasoning_tokens: optional(number),
        cache_creation_tokens: optional(number),
        cache_read_tokens: optional(number),
        context_limit: optional(number),
      }),
    ),
  },
  (value, at) => {
    for (const part of value.content) {
      demand(
        PARTS_OF_ROLE[value.role].includes(part.type),
        `${at} of role ${value.role} has a part of type ${part.type}`,
      );
    }
    demand(
      value.role !== 'tool' || value.content.length === 1,
      `${at} of role tool does not have exactly one result`,
    );
  },
);

export const queuedMessage = object({
  id: positive,
  chat_id: uuid,
  content: list(committedPart),
  created_at: timestamp,
  created_by: optional(uuid),
  model_config_id: optional(uuid),
  reasoning_effort: optional(text),
});

/** What `GET /{chat}/messages` answers. */
export const page = object({
  messages: list(message),
  queued_messages: list(queuedMessage),
  has_more: bool,
  history_version: positive,
});

// Chats

const KINDS = [
  'generic',
  'overloaded',
  'rate_limit',
  'timeout',
  'startup_timeout',
  'stream_silence_timeout',
  'auth',
  'missing_key',
  'config',
  'usage_limit',
  'provider_disabled',
  'content_filter',
];

const error = (...more) =>
  object({
    message: text,
    retryable: bool,
    kind: optional(oneOf(...KINDS, ...more)),
    detail: optional(string),
    provider: optional(text),
    status_code: optional(positive),
  });

const status = oneOf('waiting', 'running', 'requires_action', 'error');
const phase = oneOf('interrupting', 'queued', 'retrying', 'tools', 'generating');

const phaseExactlyWhileRunning = (value, at) =>
  demand(
    Object.hasOwn(value, 'phase') === (value.status === 'running'),
    `${at} does not have a phase exactly while it is running`,
  );

export const chat = object(
  {
    id: uuid,
    organization_id: uuid,
    owner_id: uuid,
    owner_username: optional(text),
    owner_name: optional(string),
    parent_chat_id: optional(uuid),
    root_chat_id: optional(uuid),
    last_model_config_id: uuid,
    title: text,
    last_reasoning_effort: optional(text),
    status,
    phase: optional(phase),
    last_error: optional(error()),
    last_turn_summary: isNull,
    created_at: timestamp,
    updated_at: timestamp,
    archived: bool,
    pin_order: number,
    mcp_server_ids: list(uuid),
    labels: mapOf(text),
    has_unread: bool,
    client_type: oneOf('ui', 'api'),
    children: list((value, at) => chat(value, at)),
    snapshot_version: positive,
    history_version: positive,
  },
  (value, at) => {
    phaseExactlyWhileRunning(value, at);
    demand(
      Object.hasOwn(value, 'last_error') === (value.status === 'error'),
      `${at} does not have a last_error exactly while it is in error`,
    );
    demand(
      Object.hasOwn(value, 'parent_chat_id') === Object.hasOwn(value, 'root_chat_id'),
      `${at} has a parent without a root, or a root without a parent`,
    );
  },
);

// Events

const toolCalls = list(object({ tool_call_id: text, tool_name: text, args: string }));

const event = (fields, also) =>
  object({ type: string, chat_id: uuid, snapshot_version: positive, ...fields }, also);

const reset = event({ history_version: number, generation_attempt: number });

const someCalls = (value, at) =>
  demand(value.action_required.tool_calls.length > 0, `${at} names no call`);

const ofOneChat = (field) => (value, at) =>
  [value[field]]
    .flat()
    .forEach((each) =>
      demand(each.chat_id === value.chat_id, `${at} is of another chat than its ${field}`),
    );

/** An event of the stream of a chat. */
export const streamEvent = variants('type', {
  message: event({ message }, ofOneChat('message')),
  message_part: event({
    message_part: object(
      {
        role: oneOf('assistant', 'tool'),
        part: streamedPart,
        history_version: positive,
        generation_attempt: positive,
        seq: positive,
        first_seq: optional(positive),
      },
      (value, at) => {
        demand(
          (value.role === 'tool') === (value.part.type === 'tool-result'),
          `${at} of role ${value.role} has a part of type ${value.part.type}`,
        );
        demand(
          !Object.hasOwn(value, 'first_seq') || value.first_seq < value.seq,
          `${at} has a first_seq that is not below its seq`,
        );
      },
    ),
  }),
  status: event({
    status: object(
      { status, history_version: positive, phase: optional(phase), worker_id: optional(uuid) },
      (value, at) => {
        phaseExactlyWhileRunning(value, at);
        demand(
          !Object.hasOwn(value, 'worker_id') ||
            (value.status === 'running' && value.phase !== 'queued'),
          `${at} names a worker, and nobody has the turn`,
        );
      },
    ),
  }),
  error: event({ error: error('gone', 'session_expired') }),
  queue_update: event({ queued_messages: list(queuedMessage) }, ofOneChat('queued_messages')),
  action_required: event({ action_required: object({ tool_calls: toolCalls }) }, someCalls),
  retry: event({
    retry: object({
      attempt: positive,
      delay_ms: number,
      error: text,
      kind: oneOf(...KINDS),
      retrying_at: timestamp,
      provider: optional(text),
      status_code: optional(positive),
    }),
  }),
  preview_reset: reset,
  history_reset: reset,
});

const change = object({ kind: string, chat }, (value, at) =>
  demand(value.chat.children.length === 0, `${at} has children`),
);

/** What `GET /watch` tells. */
export const watchEvent = variants('kind', {
  created: change,
  deleted: change,
  status_change: change,
  title_change: change,
  action_required: object({ kind: string, chat, tool_calls: toolCalls }),
});

/** The value of this JSON, which has to be right. */
export function parse(json, check, at) {
  let value;
  try {
    value = JSON.parse(json);
  } catch (e) {
    throw new Violation(`${at} is not JSON (${e.message}): ${shown(json)}`);
  }
  check(value, at);
  return value;
}
