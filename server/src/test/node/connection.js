// What is known of one connection of a stream, and the order of what comes on it.

import { demand } from './objects.js';

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
  message_part: 8,
};

const SEVERAL_IN_A_ROW = ['message', 'message_part'];

/** The four numbers of an event id. */
export function position(id) {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(id);
  demand(match !== null, `an event has the id ${id}`);
  const [h, a, s, m] = match.slice(1).map(Number);
  return { h, a, s, m };
}

/** What came of one sync. */
class Sync {
  /** By their types, of several the last. */
  events = new Map();
  largestId = 0;
  newestRevision = 0;

  /** @param before where the client was */
  constructor(isFirst, before, statusBefore) {
    this.isFirst = isFirst;
    this.before = before;
    this.statusBefore = statusBefore;
  }

  has(type) {
    return this.events.has(type);
  }
}

export class Connection {
  /** The largest id of a list that came anew, until the end of its sync. */
  mOfNewList;
  /** The sync under way; it has come to its end when something else comes. */
  sync;
  /** The newest status that came here. */
  status;
  /** The ids of the messages that came here. */
  received = new Set();
  /** The list that comes anew. */
  newList;
  isFirstSyncDue = true;
  isAccessOver = false;

  #snapshot = 0;
  #rank = 0;
  #isEndOfSyncSaid = false;
  /** The history version in the ids of a first sync that follows no position. */
  #hOfFirstSync;

  /**
   * @param from where the client said that it is; undefined: it named no history version
   * @param m the largest message id that the server takes it to have
   */
  constructor(from, m) {
    this.from = from;
    this.m = m;
  }

  isBehind(snapshot) {
    return this.#snapshot < snapshot;
  }

  /** An event has come, to a client that is at this position. */
  enter(type, snapshot, at) {
    demand(!this.isAccessOver, `${type} comes after the end was announced`);
    demand(
      snapshot >= this.#snapshot,
      `${type} goes back from snapshot ${this.#snapshot} to ${snapshot}`,
    );
    if (this.isBehind(snapshot)) {
      this.#snapshot = snapshot;
      this.#rank = 0;
      this.#isEndOfSyncSaid = false;
    }
    const rank = RANKS[type];
    demand(rank >= this.#rank, `${type} comes too late in the sync of snapshot ${snapshot}`);
    demand(
      rank > this.#rank || SEVERAL_IN_A_ROW.includes(type),
      `${type} comes a second time in the sync of snapshot ${snapshot}`,
    );
    this.#rank = rank;
    if (type !== 'message_part') {
      demand(!this.#isEndOfSyncSaid, `${type} comes after the id that ended the sync`);
      const isFirst = this.isFirstSyncDue;
      this.sync ??= new Sync(isFirst, (isFirst && this.from) || at, this.status?.status);
      this.isFirstSyncDue = false;
    }
  }

  /** Until the last event of a sync, ids name the position before it. */
  checkId(type, id, at) {
    const name = `the id ${Object.values(id).join('.')} of ${type}`;
    const is = ({ h, a, s }) => id.h === h && id.a === a && id.s === s;
    if (type === 'message_part' || type === 'preview_reset') {
      demand(is(at), `${name} is not the position after it`);
    } else if (!is(this.#before(id, name))) {
      demand(is(at), `${name} is neither the position before the sync nor the one after it`);
      this.#isEndOfSyncSaid = true;
    }
    if (type === 'preview_reset') {
      this.m = this.mOfNewList ?? this.m;
      this.mOfNewList = undefined;
    }
    const m = Math.max(this.m, ...(this.newList?.keys() ?? []));
    demand(id.m === m, `${name} does not name ${m} as the largest message id`);
  }

  #before(id, name) {
    if (!this.sync.isFirst || this.from !== undefined) {
      return this.sync.before;
    }
    this.#hOfFirstSync ??= id.h;
    demand(
      this.#hOfFirstSync === (this.status?.history_version ?? this.#hOfFirstSync),
      `${name} names another history version than the first sync`,
    );
    return { h: this.#hOfFirstSync, a: 0, s: 0 };
  }
}
