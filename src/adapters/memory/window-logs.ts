/** A window is cut into so many parts; calls within one part may share an entry. */
const parts = 16
/** Entries begin at least a part apart and are kept for a window and less than a part: there are never more. */
const maxEntries = parts + 1
/** Time of the latest call (4 bytes) and number of calls (3: a budget is at most a million). */
const entryBytes = 7
/** How many entries, and when the newest of them began, stand before them. */
const beganAt = 1
const entriesAt = 5
const logBytes = entriesAt + maxEntries * entryBytes

/**
 * Logs of calls, each for one sliding window, in 124 bytes: a log with merges. An entry is the time of the latest call
 * in it and how many calls it stands for. A call joins the newest entry if that began less than a sixteenth of the
 * window ago, else it opens one; an entry leaves when its latest call is as old as the window. So what is counted is
 * never less than the calls of the last window, and a call is held at most a sixteenth of the window too long: the
 * error has one side. Calls that are further apart are counted exactly.
 *
 * Times are milliseconds modulo 2^32, compared by their difference: right as long as nothing is older than 24 days.
 */
export class WindowLogs {
  readonly #bytes: Uint8Array
  readonly #view: DataView

  /** Memory is reserved for so many logs, and used only by those that are written to. */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity * logBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  clear(log: number): void {
    this.#setLength(log, 0)
  }

  /** Lets go of what is as old as the window; answers how many calls are left. */
  expire(log: number, nowMs: number, windowMs: number): number {
    const length = this.#length(log)
    let gone = 0
    while (gone < length && this.#leavesInMs(log, gone, nowMs, windowMs) <= 0) gone += 1
    if (gone > 0) this.#drop(log, gone, length)
    let calls = 0
    for (let entry = 0; entry < length - gone; entry += 1) calls += this.#calls(log, entry)
    return calls
  }

  /** Counts one call; `expire` has been called before. */
  add(log: number, atMs: number, windowMs: number): void {
    const length = this.#length(log)
    const began = length > 0 ? difference(atMs, this.#view.getInt32(log * logBytes + beganAt)) : windowMs
    const joins = began * parts < windowMs || length === maxEntries
    const entry = joins ? length - 1 : length
    this.#view.setInt32(at(log, entry), atMs)
    this.#setCalls(log, entry, joins ? this.#calls(log, entry) + 1 : 1)
    if (joins) return
    this.#setLength(log, length + 1)
    this.#setBegan(log, atMs)
  }

  /** Takes the latest call back; answers whether any is left. */
  takeBack(log: number, windowMs: number): boolean {
    const newest = this.#length(log) - 1
    if (newest < 0) return false
    const calls = this.#calls(log, newest)
    this.#setCalls(log, newest, calls - 1)
    if (calls > 1) return true
    this.#setLength(log, newest)
    if (newest === 0) return false
    // The entry before began a part of the window ago or earlier, or none would have followed: nothing joins it again.
    this.#setBegan(log, this.#view.getInt32(at(log, newest - 1)) - Math.ceil(windowMs / parts))
    return true
  }

  /** Until the oldest entry leaves; 0 where there is none. */
  firstLeavesInMs(log: number, nowMs: number, windowMs: number): number {
    return this.#length(log) === 0 ? 0 : Math.max(0, this.#leavesInMs(log, 0, nowMs, windowMs))
  }

  /** Until the newest entry leaves; 0 where there is none. */
  lastLeavesInMs(log: number, nowMs: number, windowMs: number): number {
    const length = this.#length(log)
    return length === 0 ? 0 : Math.max(0, this.#leavesInMs(log, length - 1, nowMs, windowMs))
  }

  #leavesInMs(log: number, entry: number, nowMs: number, windowMs: number): number {
    return windowMs - difference(nowMs, this.#view.getInt32(at(log, entry)))
  }

  #drop(log: number, gone: number, length: number): void {
    if (gone < length) this.#bytes.copyWithin(at(log, 0), at(log, gone), at(log, length))
    this.#setLength(log, length - gone)
  }

  #length(log: number): number {
    return this.#view.getUint8(log * logBytes)
  }

  #setLength(log: number, length: number): void {
    this.#view.setUint8(log * logBytes, length)
  }

  #setBegan(log: number, atMs: number): void {
    this.#view.setInt32(log * logBytes + beganAt, atMs)
  }

  #calls(log: number, entry: number): number {
    const offset = at(log, entry)
    return (this.#view.getUint16(offset + 4) << 8) | this.#view.getUint8(offset + 6)
  }

  #setCalls(log: number, entry: number, calls: number): void {
    const offset = at(log, entry)
    this.#view.setUint16(offset + 4, calls >> 8)
    this.#view.setUint8(offset + 6, calls & 0xff)
  }
}

function at(log: number, entry: number): number {
  return log * logBytes + entriesAt + entry * entryBytes
}

function difference(laterMs: number, earlierMs: number): number {
  return (laterMs - earlierMs) | 0
}
