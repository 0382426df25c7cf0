import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'
import { App } from './app.tsx'
import { restore, urql } from './gatehouse.ts'
import { useStore } from './store.ts'
import './style.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

void restore()
createRoot(root).render(<Root />)

function Root() {
  return (
    <Provider value={useStore(urql)}>
      <App />
    </Provider>
  )
}
