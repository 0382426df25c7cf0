import { AuthProvider } from 'gatehouse-client/react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'
import { App } from './app.tsx'
import { auth, urql } from './gatehouse.ts'
import { useStore } from './store.ts'
import './style.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

createRoot(root).render(<Root />)

function Root() {
  return (
    <AuthProvider client={auth}>
      <Provider value={useStore(urql)}>
        <App />
      </Provider>
    </AuthProvider>
  )
}
