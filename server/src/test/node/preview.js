// What is shown of an answer that is being written, put together from its parts.

import { demand } from './objects.js';

const FIRST_HALF_AT_END = /[\ud800-\udbff]$/;
const SECOND_HALF_AT_START = /^[\udc00-\udfff]/;

/** All text of one kind in some parts. */
export const textOf = (parts, type) =>
  parts
    .filter((part) => part.type === type)
    .map((part) => part.text)
    .join('');

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export class Preview {
  #blocks = [];
  #calls = new Map();
  #results = new Map();

  add(part) {
    switch (part.type) {
      case 'text':
      case 'reasoning':
        this.#append(part);
        break;
      case 'tool-call':
        this.#call(part);
        break;
      case 'tool-result':
        this.#result(part);
        break;
      default:
        this.#blocks.push(part);
    }
  }

  #append(part) {
    const last = this.#blocks.at(-1);
    if (last?.type !== part.type) {
      this.#blocks.push({ ...part });
      return;
    }
    demand(
      !(FIRST_HALF_AT_END.test(last.text) && SECOND_HALF_AT_START.test(part.text)),
      'a surrogate pair is split between two parts',
    );
    last.text += part.text;
  }

  #call(part) {
    const id = part.tool_call_id;
    const call = this.#calls.get(id) ?? { streamed: '', isDone: false };
    demand(!call.isDone, `the call ${id} goes on after its args`);
    if (Object.hasOwn(part, 'args')) {
      call.isDone = true;
      demand(
        call.streamed === '' || same(JSON.parse(call.streamed), part.args),
        `the args of the call ${id} are not what was streamed`,
      );
    } else {
      call.streamed += part.args_delta;
    }
    this.#calls.set(id, call);
  }

  #result(part) {
    const id = part.tool_call_id;
    demand(!this.#results.get(id)?.isDone, `the result of ${id} goes on after its end`);
    this.#results.set(id, { isDone: Object.hasOwn(part, 'result') });
  }

  text(type) {
    return textOf(this.#blocks, type);
  }
}
