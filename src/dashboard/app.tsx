// The shell: who is signed in, what there is to filter by, the head, and the page that the address names.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiError, api } from './base/api';
import { onSignedOut, useRead, useRoute } from './base/hooks';
import type { Session } from './base/types';
import { chooseLocale, locale, t, type Locale } from './i18n';
import { ConversationPage } from './pages/conversation';
import { ConversationsPage } from './pages/conversations';
import { DefinitionsPage } from './pages/definitions';
import { OverviewPage } from './pages/overview';
import { SignInPage } from './pages/sign_in';
import { Head } from './parts/head';
import { Failure, Loading } from './parts/states';

/** undefined: not known yet; null: nobody. */
type Who = Session | null | undefined;

/** Says that this browser signed in before: the first visit need not ask the server who it is and be refused. */
const SIGNED_IN = 'samtale.signed_in';

export function App() {
  const [who, setWho] = useState<Who>(undefined);
  const [failed, setFailed] = useState<ApiError | null>(null);
  const [language, setLanguage] = useState<Locale>(locale());
  const [ended, setEnded] = useState(false);
  const ask = useCallback(() => {
    setFailed(null);
    if (localStorage.getItem(SIGNED_IN) === null) {
      setWho(null);
      return;
    }
    api.me(new AbortController().signal).then(setWho, (error: unknown) => {
      if (error instanceof ApiError && error.kind === 'not_signed_in') setWho(null);
      else setFailed(error instanceof ApiError ? error : new ApiError('internal', 0, String(error), null));
    });
  }, []);
  useEffect(ask, [ask]);
  useEffect(() => {
    onSignedOut(() => {
      setEnded(true);
      setWho(null);
    });
  }, []);
  const choose = (chosen: Locale): void => {
    chooseLocale(chosen);
    setLanguage(chosen);
  };
  const enter = (session: Session): void => {
    localStorage.setItem(SIGNED_IN, '');
    setWho(session);
  };
  if (failed !== null) return <Failure error={failed} again={ask} />;
  if (who === undefined) return <Loading />;
  if (who === null) return <SignInPage key={language} ended={ended} done={enter} choose={choose} />;
  const leave = (): void => {
    api.signOut().finally(() => {
      localStorage.removeItem(SIGNED_IN);
      setEnded(false);
      setWho(null);
    });
  };
  return <SignedIn key={language} session={who} choose={choose} leave={leave} />;
}

function SignedIn(props: { session: Session; choose: (chosen: Locale) => void; leave: () => void }) {
  const route = useRoute();
  const choices = useRead('choices', (signal) => api.choices(signal));
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [route.page, route.id]);
  const skip = (event: Event): void => {
    event.preventDefault();
    document.getElementById('main')?.focus();
  };
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {t('app.skip')}
      </a>
      <Head route={route} session={props.session} choose={props.choose} leave={props.leave} />
      <main id="main" tabIndex={-1}>
        {choices.error !== null && <Failure error={choices.error} again={choices.again} />}
        {choices.data === null && choices.error === null && <Loading />}
        {choices.data !== null && route.page === 'overview' && <OverviewPage route={route} choices={choices.data} />}
        {choices.data !== null && route.page === 'conversations' && <ConversationsPage route={route} choices={choices.data} />}
        {route.page === 'conversation' && <ConversationPage key={route.id} route={route} />}
        {route.page === 'definitions' && <DefinitionsPage />}
      </main>
    </>
  );
}
