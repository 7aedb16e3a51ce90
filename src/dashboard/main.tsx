// Entry: fonts and styles, the stored language and appearance, then the page.
import './style/base.css';
import './style/parts.css';
import './style/sign_in.css';
import './style/overview.css';
import './style/tables.css';
import './style/results.css';
import './style/figures.css';
import './style/conversation.css';
import './style/transcript.css';
import './style/definitions.css';
import './style/print.css';
import { render } from 'preact';
import { App } from './app';
import { loadLocale } from './i18n';
import { loadTheme } from './base/theme';

loadLocale();
loadTheme();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
