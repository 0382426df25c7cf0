import { render } from 'preact'
import { App } from './app.tsx'
import { startRouter, takeLinkToken } from './router.tsx'
import { openSession } from './session.ts'
import { readSettings } from './settings.ts'
import { createStore } from './store.ts'
import { loadWording } from './texts.ts'

const root = document.getElementById('page')
takeLinkToken()
startRouter()
const wording = createStore(await loadWording(document.documentElement.lang))
if (root !== null)
  render(<App parts={{ settings: readSettings(document), session: openSession(document), wording }} />, root)
