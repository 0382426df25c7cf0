import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import * as common from '@zxcvbn-ts/language-common'
import * as english from '@zxcvbn-ts/language-en'
import { maxPasswordLength } from '../../domain/passwords/password-rules.ts'
import type { PasswordScore } from '../../domain/passwords/password-scorer.ts'

/** The dictionaries that find something; fourteen tiny ones (planets, seasons …) would triple the time. */
const dictionaries = /^(passwords|diceware|commonWords|firstnames|lastnames|wikipedia)-/

/** The library's 100 double the time and change no score that was seen; 32 does. */
const l33tMaxSubstitutions = 50

export type Scoring = (password: string, words: readonly string[]) => PasswordScore

/** Loads zxcvbn and its dictionaries: 0.3 s and 100 MB. One call then takes up to half a second for 128 characters. */
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
    maxLength: maxPasswordLength,
  })
  return (password, words) => {
    const { score, feedback } = zxcvbn.check(password, [...words])
    const warning = feedback.warning === null || feedback.warning === '' ? [] : [feedback.warning]
    return { score, suggestions: [...warning, ...feedback.suggestions] }
  }
}
