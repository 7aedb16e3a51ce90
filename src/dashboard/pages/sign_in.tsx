// Sign-in: name and password to the daemon, which answers with a cookie that scripts cannot read.
import { useState } from 'preact/hooks';
import { ApiError, api } from '../base/api';
import { useTitle } from '../base/hooks';
import type { Session } from '../base/types';
import { t, type Locale } from '../i18n';
import { LocaleChoice } from '../parts/head';
import { Mark } from '../parts/mark';
import { errorText } from '../parts/states';

interface SignInProps {
  ended: boolean;
  done: (session: Session) => void;
  choose: (chosen: Locale) => void;
}

export function SignInPage(props: SignInProps) {
  useTitle(t('signin.title'));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>(props.ended ? t('error.not_signed_in') : '');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError('');
    api.signIn(String(form.get('name') ?? ''), String(form.get('password') ?? '')).then(props.done, (failure: unknown) => {
      setBusy(false);
      setError(failure instanceof ApiError ? errorText(failure) : String(failure));
    });
  };
  return (
    <main class="signin" id="main">
      <section class="signin-story">
        <div class="signin-lenses">
          <p class="signin-lens ink">
            <b>{t('signin.ink')}</b>
            <span>{t('signin.ink.note')}</span>
          </p>
          <p class="signin-lens rose">
            <b>{t('signin.rose')}</b>
            <span>{t('signin.rose.note')}</span>
          </p>
        </div>
      </section>
      <section class="signin-box">
        <h1>
          <Mark size={28} />
          samtale
        </h1>
        <p class="signin-lead">{t('signin.lead')}</p>
        <form onSubmit={submit}>
          <label class="field">
            <span>{t('signin.name')}</span>
            <input name="name" type="text" autocomplete="username" required autocapitalize="none" spellcheck={false} />
          </label>
          <label class="field">
            <span>{t('signin.password')}</span>
            <input name="password" type="password" autocomplete="current-password" required />
          </label>
          <p class="form-error" role="alert">
            {error}
          </p>
          <button type="submit" class="button primary wide" disabled={busy}>
            {t(busy ? 'signin.busy' : 'signin.submit')}
          </button>
        </form>
        <LocaleChoice choose={props.choose} />
        <p class="quiet">{t('signin.privacy')}</p>
      </section>
    </main>
  );
}
