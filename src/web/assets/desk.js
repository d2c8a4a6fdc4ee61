// The desk's player: buttons for the sound of a bulletin, keys, and warnings opened in place. Without it the page has the
// browser's own player and forms that lead back; nothing here is needed to decide.

const player = document.querySelector('[data-player]');
const audio = player?.querySelector('audio');
const controls = player?.querySelector('.ctl');

if (audio && controls) {
  const playing = controls.querySelector('[data-do=play]');
  const position = controls.querySelector('[data-at]');
  const line = player.querySelector('.wf-now');
  const picture = player.querySelector('.wf');
  const looks = [...document.querySelectorAll('form[data-look]')];
  const status = player.querySelector('[data-said]');

  const clock = seconds => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
  const length = () => (Number.isFinite(audio.duration) ? audio.duration : 0);

  // A place asked for before the sound is loaded is kept until it is.
  let wanted = null;
  const seek = seconds => {
    const place = Math.max(0, seconds);
    if (audio.readyState === 0) {
      wanted = place;
      audio.load();
    } else {
      audio.currentTime = length() ? Math.min(place, length()) : place;
    }
    show();
  };
  const now = () => wanted ?? audio.currentTime;
  const play = () => audio.play().catch(() => {});

  const show = () => {
    position.textContent = clock(now());
    const share = length() ? `${(100 * now()) / length()}%` : '0%';
    line?.setAttribute('x1', share);
    line?.setAttribute('x2', share);
    player.classList.toggle('begun', now() > 0);
    playing.querySelector('span').textContent = audio.paused ? player.dataset.play : player.dataset.pause;
  };

  const steps = {
    play: () => (audio.paused ? play() : audio.pause()),
    back: () => seek(now() - 10),
    forward: () => seek(now() + 10),
    // Listening to a flag by its button is what its form does: it is noted as opened.
    flag: () => {
      const places = looks.map(form => ({ form, at: Number(form.dataset.at) })).sort((a, b) => a.at - b.at);
      const next = places.find(place => place.at > now() + 0.5) ?? places[0];
      next?.form.requestSubmit();
    },
  };
  for (const button of controls.querySelectorAll('button[data-do]')) {
    button.addEventListener('click', () => steps[button.dataset.do]());
  }
  controls.querySelector('select').addEventListener('change', event => {
    audio.playbackRate = Number(event.target.value);
  });
  picture?.addEventListener('click', event => {
    const box = picture.getBoundingClientRect();
    seek((length() * (event.clientX - box.left)) / box.width);
  });

  const keys = { k: 'play', j: 'back', l: 'forward', n: 'flag' };
  // Letters do something only while the focus is on the player or the table: elsewhere they may be somebody's speech
  // software or a slip of the hand (WCAG 2.1.4).
  document.addEventListener('keydown', event => {
    if (!event.target.closest('[data-player], .chk')) return;
    const typing = event.target.closest('input, textarea, select, [contenteditable]');
    const step = keys[event.key.toLowerCase()];
    if (step && steps[step] && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      steps[step]();
    }
  });

  audio.addEventListener('loadedmetadata', () => {
    if (wanted !== null) {
      audio.currentTime = wanted;
      wanted = null;
    }
    show();
  });
  for (const name of ['timeupdate', 'play', 'pause', 'seeked', 'ended']) audio.addEventListener(name, show);

  // After a warning was opened: what the page says of it now, without losing sound, place or words already typed.
  const refresh = async form => {
    const page = await fetch(location.pathname + location.search, { headers: { accept: 'text/html' } });
    if (!page.ok) return;
    const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
    for (const old of document.querySelectorAll('.hd, #heard')) {
      const renewed = fresh.getElementById(old.id);
      // The page's own markup, as the server made it; a status region announces what is new in it.
      if (renewed && renewed.innerHTML !== old.innerHTML) old.replaceChildren(...renewed.childNodes);
    }
    if (!fresh.querySelector('[data-unheard]')) {
      for (const button of document.querySelectorAll('[data-unheard]')) {
        button.removeAttribute('data-unheard');
        button.removeAttribute('aria-describedby');
        // The approver's own key may still be awaited, by sign.js.
        button.disabled = button.hasAttribute('data-no-key');
      }
    }
    const mark = form.closest('tr')?.querySelector('.hd');
    if (mark) status.textContent = mark.textContent;
  };

  for (const form of looks) {
    form.addEventListener('submit', async event => {
      event.preventDefault();
      seek(Number(form.dataset.at));
      play();
      for (const row of document.querySelectorAll('.chk tr.on')) row.classList.remove('on');
      form.closest('tr')?.classList.add('on');
      const body = new URLSearchParams(new FormData(form));
      try {
        const answer = await fetch(form.action, { method: 'POST', body, redirect: 'manual' });
        // Led back to the page: noted. Anything else is said by the page itself.
        if (answer.type === 'opaqueredirect') await refresh(form);
        else form.submit();
      } catch {
        form.submit();
      }
    });
  }

  for (const here of document.querySelectorAll('audio.here')) {
    const form = here.closest('tr')?.querySelector('form[data-look]');
    if (form) seek(Number(form.dataset.at));
    here.remove();
  }
  audio.removeAttribute('controls');
  controls.hidden = false;
  show();
}
