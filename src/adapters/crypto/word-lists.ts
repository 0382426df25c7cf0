import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'

/** The useful dictionaries. The other fourteen are tiny (planets, seasons …) and would triple the time. */
const useful = /^(passwords|diceware|commonWords|firstnames|lastnames|wikipedia)-/

/**
 * The dictionaries of zxcvbn by name: UTF-8, a word in each line, the most frequent one first. The bundle has another version of this file, which
 * reads them from files (scripts/packages/bundle-plugins.mjs): text in a module stays in memory.
 */
export function readWordLists(): Record<string, Uint8Array> {
  const lists = Object.entries({ ...common.dictionary, ...english.dictionary })
  return Object.fromEntries(
    lists.filter(([name]) => useful.test(name)).map(([name, words]) => [name, Buffer.from(words.join('\n'))]),
  )
}
