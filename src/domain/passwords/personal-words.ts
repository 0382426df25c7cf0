/** What a guesser knows of somebody before the first guess. */
export interface PersonalFacts {
  readonly email?: string | null | undefined
  readonly username?: string | null | undefined
  readonly firstName?: string | null | undefined
  readonly lastName?: string | null | undefined
  /** Further words, for example the name of a company. */
  readonly others?: readonly string[]
}

/** Shorter ones stand in half of all passwords by chance. */
const minWordLength = 4
/** More are not looked for: the work has a bound. */
const maxWords = 64

/**
 * The words that a password must not be built from: names, username, local part and host of the address, and the pieces
 * of them between punctuation; folded, at least 4 characters each, none twice. Of a host the top level does not count.
 */
export function personalWords(facts: PersonalFacts): readonly string[] {
  const [local = '', host = ''] = (facts.email ?? '').split('@')
  const written = [
    facts.username,
    facts.firstName,
    facts.lastName,
    local,
    hostName(host),
    ...(facts.others ?? []),
  ]
  const words = written.flatMap((text) => wordsOf(text ?? ''))
  return [...new Set(words)].filter((word) => word.length >= minWordLength).slice(0, maxWords)
}

/** `mail.example.com` → `mail.example`, `localhost` → `localhost`. */
export function hostName(host: string): string {
  const end = host.lastIndexOf('.')
  return end === -1 ? host : host.slice(0, end)
}

/** A text as a whole and in its pieces. */
function wordsOf(text: string): readonly string[] {
  const folded = fold(text)
  return [folded.replaceAll(punctuation, ''), ...folded.split(punctuation)]
}

const punctuation = /[^\p{L}\p{N}]+/gu

/** Lower case, compatibility forms and accents undone: `É` and `ｅ` are `e`. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
}

/** What writes letters as other characters, as zxcvbn knows it; `1` and `|` are read both ways. */
const disguises: Readonly<Record<string, string>> = {
  '4': 'a',
  '@': 'a',
  '8': 'b',
  '(': 'c',
  '3': 'e',
  '6': 'g',
  '9': 'g',
  '1': 'i',
  '!': 'i',
  '|': 'i',
  '0': 'o',
  '5': 's',
  $: 's',
  '7': 't',
  '+': 't',
  '2': 'z',
}

/** Every way to read a password: as written, and with disguised letters shown, `1` once as `i` and once as `l`. */
function readings(password: string): readonly string[] {
  const folded = fold(password)
  const shown = [...folded].map((character) => disguises[character] ?? character).join('')
  const withL = [...folded]
    .map((character) =>
      character === '1' || character === '|' || character === '!' ? 'l' : (disguises[character] ?? character),
    )
    .join('')
  return [...new Set([folded, shown, withL])]
}

/**
 * Whether a password is built from personal words: half of its characters or more are covered by them, in one of its
 * readings. Case, accents, punctuation in between and disguised letters (`@da`) do not hide a word.
 */
export function isPersonal(password: string, words: readonly string[]): boolean {
  return readings(password).some((reading) => {
    const length = [...reading].length
    return length > 0 && 2 * covered(reading.replaceAll(punctuation, ''), words) >= length
  })
}

/** How many characters of the text stand in at least one of the words. */
function covered(text: string, words: readonly string[]): number {
  const characters = new Set<number>()
  for (const word of words) {
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
      for (let index = at; index < at + word.length; index++) characters.add(index)
    }
  }
  return characters.size
}
