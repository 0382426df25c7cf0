import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Session } from './session.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store.ts'
import type { Wording } from './texts.ts'

/** What every page needs. */
export interface AppParts {
  readonly settings: Settings
  readonly session: Session
  readonly wording: Store<Wording>
}

export const AppContext = createContext<AppParts | null>(null)

export function useApp(): AppParts {
  const parts = useContext(AppContext)
  if (parts === null) throw new Error('The page has not started.')
  return parts
}
