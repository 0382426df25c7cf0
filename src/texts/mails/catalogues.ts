import type { Language } from '../languages.ts'
import { de } from './de.ts'
import { en, type MailTexts } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'

/** The texts of mails by language. */
export const mailTexts: Readonly<Record<Language, MailTexts>> = { en, de, fr, es }
