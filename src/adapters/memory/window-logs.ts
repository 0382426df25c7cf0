/** Number of parts of a window. Calls within one part can share an entry. */
const parts = 16
/** Entries begin at least one part apart and are kept for less than a window plus one part, so there are never more. */
const maxEntries = parts + 1
/** Time of the latest call (4 bytes) and number of calls (3 bytes: a budget is at most one million). */
const entryBytes = 7
/** The entries follow their number (1 byte) and the time when the newest entry began (4 bytes). */
const beganAt = 1
const entriesAt = 5
const logBytes = entriesAt + maxEntries * entryBytes

/**
 * Logs of calls, one per sliding window, in 124 bytes each. An entry is the time of its latest call and its number of
 * calls. A call joins the newest entry if that began less than a sixteenth of the window ago, otherwise it opens an entry.
 * An entry leaves the log when its latest call is as old as the window. Therefore the count is never lower than the number
 * of calls in the last window, and a call is counted at most a sixteenth of the window too long: the error is one-sided.
 * Calls that are further apart are counted exactly.
 *
 * Times are milliseconds modulo 2^32 and compared by difference, which is correct if nothing is older than 24 days.
 */
export class WindowLogs {
  readonly #bytes: Uint8Array
  readonly #view: DataView

  /** Reserves memory for `capacity` logs; only logs that are written to use it. */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity * logBytes)
    this.#view = new DataView(this.#bytes.buffer)
  }

  clear(log: number): void {
    this.#setLength(log, 0)
  }

  /** Drops the entries that have left the window. Returns the number of remaining calls. */
  expire(log: number, nowMs: number, windowMs: number): number {
    const length = this.#length(log)
    let expired = 0
    while (expired < length && this.#leavesInMs(log, expired, nowMs, windowMs) <= 0) expired += 1
    if (expired > 0) this.#drop(log, expired, length)
    let calls = 0
    for (let entry = 0; entry < length - expired; entry += 1) calls += this.#calls(log, entry)
    return calls
  }

  /** Counts one call. Call `expire` first. */
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

  /** Removes the latest call. Returns whether any call remains. */
  removeLatest(log: number, windowMs: number): boolean {
    const newest = this.#length(log) - 1
    if (newest < 0) return false
    const calls = this.#calls(log, newest)
    this.#setCalls(log, newest, calls - 1)
    if (calls > 1) return true
    this.#setLength(log, newest)
    if (newest === 0) return false
    // The previous entry began at least one part of the window ago, since another one followed: no call may join it again.
    this.#setBegan(log, this.#view.getInt32(at(log, newest - 1)) - Math.ceil(windowMs / parts))
    return true
  }

  /** Milliseconds until the oldest entry leaves the window; 0 if there is none. */
  firstLeavesInMs(log: number, nowMs: number, windowMs: number): number {
    return this.#length(log) === 0 ? 0 : Math.max(0, this.#leavesInMs(log, 0, nowMs, windowMs))
  }

  /** Milliseconds until the newest entry leaves the window; 0 if there is none. */
  lastLeavesInMs(log: number, nowMs: number, windowMs: number): number {
    const length = this.#length(log)
    return length === 0 ? 0 : Math.max(0, this.#leavesInMs(log, length - 1, nowMs, windowMs))
  }

  #leavesInMs(log: number, entry: number, nowMs: number, windowMs: number): number {
    return windowMs - difference(nowMs, this.#view.getInt32(at(log, entry)))
  }

  #drop(log: number, expired: number, length: number): void {
    if (expired < length) this.#bytes.copyWithin(at(log, 0), at(log, expired), at(log, length))
    this.#setLength(log, length - expired)
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
