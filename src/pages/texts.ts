import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { defaultLanguage, type Language, languageOf } from '../texts/languages.ts'
import type { PageTexts } from '../texts/pages/en.ts'
import type { Store } from './store.ts'

/** The texts in the language of the page. */
export interface Wording {
  readonly language: Language
  readonly texts: PageTexts
}

const loaders: Readonly<Record<Language, () => Promise<PageTexts>>> = {
  en: async () => (await import('../texts/pages/en.ts')).en,
  de: async () => (await import('../texts/pages/de.ts')).de,
  fr: async () => (await import('../texts/pages/fr.ts')).fr,
  es: async () => (await import('../texts/pages/es.ts')).es,
}

/** Loads the texts for a BCP 47 tag. */
export async function loadWording(tag: string): Promise<Wording> {
  const language = languageOf(tag) ?? defaultLanguage
  return { language, texts: await loaders[language]() }
}

/** Shows the pages in the language that the user has chosen. Null: the language stays that of the browser. */
export async function adoptLocale(wording: Store<Wording>, locale: string | null): Promise<void> {
  const language = locale === null ? null : languageOf(locale)
  if (language === null || language === wording.get().language) return
  wording.set(await loadWording(language))
  document.documentElement.lang = language
}

export const WordingContext = createContext<Wording | null>(null)

/** The texts in the language of the page, for components. */
export function useTexts(): PageTexts {
  return useWording().texts
}

export function useWording(): Wording {
  const wording = useContext(WordingContext)
  if (wording === null) throw new Error('The texts are not loaded.')
  return wording
}
