/** Facts about the owner that an attacker can know. */
export interface PersonalFacts {
  readonly email?: string | null | undefined
  readonly username?: string | null | undefined
  readonly firstName?: string | null | undefined
  readonly lastName?: string | null | undefined
  /** Further words, for example the name of a company. */
  readonly others?: readonly string[]
}

/** Shorter words occur in many passwords by chance. */
const minWordLength = 4
/** Maximum number of words that are searched for, to bound the work. */
const maxWords = 64

/**
 * The words that a password must not be built from: names, username, local part and host of the e-mail address, and
 * their parts between punctuation. Words are folded, have at least 4 characters and are distinct. The top-level domain
 * of a host is left out.
 */
export function personalWords(facts: PersonalFacts): readonly string[] {
  const [local = '', host = ''] = (facts.email ?? '').split('@')
  const texts = [
    facts.username,
    facts.firstName,
    facts.lastName,
    local,
    hostName(host),
    ...(facts.others ?? []),
  ]
  const words = texts.flatMap((text) => wordsOf(text ?? ''))
  return [...new Set(words)].filter((word) => word.length >= minWordLength).slice(0, maxWords)
}

/** `mail.example.com` → `mail.example`, `localhost` → `localhost`. */
export function hostName(host: string): string {
  const end = host.lastIndexOf('.')
  return end === -1 ? host : host.slice(0, end)
}

/** A text without punctuation, and its parts between punctuation. */
function wordsOf(text: string): readonly string[] {
  const folded = fold(text)
  return [folded.replaceAll(punctuation, ''), ...folded.split(punctuation)]
}

const punctuation = /[^\p{L}\p{N}]+/gu

/** Folds case, compatibility forms and accents: `É` and `ｅ` become `e`. */
function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
}

/** Characters that replace letters (leetspeak), as in zxcvbn. `1`, `|` and `!` are read as `i` and as `l`. */
const substitutions: Readonly<Record<string, string>> = {
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

/** The readings of a password: unchanged, with substitutions undone, and with `1`, `|` and `!` read as `l`. */
function readings(password: string): readonly string[] {
  const folded = fold(password)
  const withI = [...folded].map((character) => substitutions[character] ?? character).join('')
  const withL = [...folded]
    .map((character) =>
      character === '1' || character === '|' || character === '!'
        ? 'l'
        : (substitutions[character] ?? character),
    )
    .join('')
  return [...new Set([folded, withI, withL])]
}

/**
 * Whether a password is built from personal words: in one of its readings, the words cover at least half of the
 * characters. Case, accents, punctuation and substitutions (`@da`) do not hide a word.
 */
export function isPersonal(password: string, words: readonly string[]): boolean {
  return readings(password).some((reading) => {
    const length = [...reading].length
    return length > 0 && 2 * covered(reading.replaceAll(punctuation, ''), words) >= length
  })
}

/** Number of characters of the text that are part of at least one occurrence of a word. */
function covered(text: string, words: readonly string[]): number {
  const characters = new Set<number>()
  for (const word of words) {
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
      for (let index = at; index < at + word.length; index++) characters.add(index)
    }
  }
  return characters.size
}
