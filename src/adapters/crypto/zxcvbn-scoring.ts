import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'
import type { PasswordScore } from '../../domain/passwords/password-scorer.ts'

/** The dictionaries that find something; fourteen tiny ones (planets, seasons …) would triple the time. */
const dictionaries = /^(passwords|diceware|commonWords|firstnames|lastnames|wikipedia)-/

/** The library's 100 double the time and change no score that was seen; 32 does. */
const l33tMaxSubstitutions = 50

/**
 * What is hard to guess up to here is hard to guess as a whole, and the time grows with the square of the length: the
 * worst 64 characters take a tenth of what the worst 128 do. A password that begins with 64 simple ones is refused for them.
 */
const maxScoredLength = 64

/**
 * Known words cost time with every piece of the password that they match: so many, made for it, take 0.3 s instead of
 * 0.1. The first ones count, in the caller's order: it begins with what is known of the person, which no list of further
 * words can crowd out, however long they are. Whether a password is built from the others, the policy sees by itself.
 */
const maxWords = 16
const maxWordLength = 32

export type Scoring = (password: string, words: readonly string[]) => PasswordScore

/** Loads zxcvbn and its dictionaries: 0.3 s and 100 MB. One call then takes 10 ms, the worst 0.3 s. */
export function createScoring(): Scoring {
  const dictionary = Object.fromEntries(
    Object.entries({ ...common.dictionary, ...english.dictionary }).filter(([name]) =>
      dictionaries.test(name),
    ),
  )
  const zxcvbn = new ZxcvbnFactory({
    dictionary,
    graphs: common.adjacencyGraphs,
    translations: english.translations,
    l33tMaxSubstitutions,
    maxLength: maxScoredLength,
  })
  return (password, words) => {
    const known = words.slice(0, maxWords).map((word) => word.slice(0, maxWordLength))
    const { score, feedback } = zxcvbn.check(password, known)
    const warning = feedback.warning === null || feedback.warning === '' ? [] : [feedback.warning]
    return { score, suggestions: [...warning, ...feedback.suggestions] }
  }
}
