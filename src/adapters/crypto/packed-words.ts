const newLine = 10
const firstBeyondAscii = 128
/** FNV-1a with 32 bits. */
const fnvBasis = 0x811c9dc5
const fnvPrime = 0x01000193
const notAscii = -1

/** zxcvbn looks a word up in one list after the other: its hash is computed once. */
let lastWord = ''
let lastHash = hashOf(lastWord)

/**
 * The ranks of a list of words, in a hash table of numbers beside the text: 20 bytes a word, where an object with a property for each
 * word uses 110.
 */
export class PackedWords {
  readonly #text: Uint8Array
  /** Where each word begins in the text. The end follows from the next one. */
  readonly #starts: Uint32Array
  /** Ranks; 0 = empty. A word is in the first free place after that of its hash. */
  readonly #slots: Uint32Array
  /** The few words that are not ASCII. */
  readonly #others = new Map<string, number>()
  /** Length of the longest word, in UTF-16 code units. */
  readonly maxLength: number

  /** @param text UTF-8, a word in each line, the first one has rank 1. Every word is there once */
  constructor(text: Uint8Array) {
    this.#text = text
    const starts = startsOfLines(text)
    this.#starts = starts
    const count = starts.length - 1
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(1.5 * count + 1)))
    let maxLength = 0
    for (let rank = 1; rank <= count; rank += 1) maxLength = Math.max(maxLength, this.#add(rank))
    this.maxLength = maxLength
  }

  /** From 1; `undefined`: the word is not in the list. */
  rankOf(word: string): number | undefined {
    if (word !== lastWord) {
      lastWord = word
      lastHash = hashOf(word)
    }
    if (lastHash < 0) return this.#others.get(word)
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = lastHash & mask; ; slot = (slot + 1) & mask) {
      const rank = slots[slot] ?? 0
      if (rank === 0) return undefined
      if (this.#has(rank, word)) return rank
    }
  }

  #has(rank: number, word: string): boolean {
    const start = this.#starts[rank - 1] ?? 0
    // A line break is between two words.
    if ((this.#starts[rank] ?? 0) - 1 - start !== word.length) return false
    for (let index = 0; index < word.length; index += 1)
      if (this.#text[start + index] !== word.charCodeAt(index)) return false
    return true
  }

  /** @returns the length of the word */
  #add(rank: number): number {
    const start = this.#starts[rank - 1] ?? 0
    const end = (this.#starts[rank] ?? 0) - 1
    let hash = fnvBasis
    for (let index = start; index < end; index += 1) {
      const code = this.#text[index] ?? 0
      if (code >= firstBeyondAscii) {
        const word = new TextDecoder().decode(this.#text.subarray(start, end))
        this.#others.set(word, rank)
        return word.length
      }
      hash = Math.imul(hash ^ code, fnvPrime)
    }
    const mask = this.#slots.length - 1
    let slot = spread(hash) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = rank
    return end - start
  }
}

/** Also where a line after the last one would begin. */
function startsOfLines(text: Uint8Array): Uint32Array {
  let lines = 1
  for (const byte of text) if (byte === newLine) lines += 1
  const starts = new Uint32Array(lines + 1)
  let line = 1
  for (let index = 0; index < text.length; index += 1)
    if (text[index] === newLine) {
      starts[line] = index + 1
      line += 1
    }
  starts[lines] = text.length + 1
  return starts
}

/** A number from 0, or `notAscii`. */
function hashOf(word: string): number {
  let hash = fnvBasis
  for (let index = 0; index < word.length; index += 1) {
    const code = word.charCodeAt(index)
    if (code >= firstBeyondAscii) return notAscii
    hash = Math.imul(hash ^ code, fnvPrime)
  }
  return spread(hash)
}

/** The low bits of FNV alone are alike for words with the same end. */
function spread(hash: number): number {
  return (hash ^ (hash >>> 15)) >>> 0
}
