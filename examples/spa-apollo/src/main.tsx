import { ApolloProvider } from '@apollo/client/react'
import { AuthProvider } from 'gatehouse-client/react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { apollo, auth } from './gatehouse.ts'
import './style.css'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

createRoot(root).render(
  <AuthProvider client={auth}>
    <ApolloProvider client={apollo}>
      <App />
    </ApolloProvider>
  </AuthProvider>,
)
