// The page of a sign: where the person stands goes with what they press, if they let it.
// Without this script, or without a location, the form is sent as it is and the note says where.
"use strict";

(function () {
  const form = document.querySelector("[data-sign-check]");
  const status = form?.querySelector("[data-sign-status]");
  const WAIT_MS = 10000;
  // Seven decimals of a degree are about a centimetre.
  const DECIMALS = 7;
  let pressed = null;
  let ready = false;

  if (!form || !navigator.geolocation) {
    return;
  }

  function fill(coords) {
    form.elements.latitude.value = coords.latitude.toFixed(DECIMALS);
    form.elements.longitude.value = coords.longitude.toFixed(DECIMALS);
    form.elements.accuracy.value = String(Math.ceil(coords.accuracy));
  }

  function send() {
    ready = true;
    status.textContent = "Sending…";
    form.requestSubmit(pressed);
  }

  form.addEventListener("submit", (event) => {
    if (ready) {
      return;
    }
    event.preventDefault();
    if (pressed) {
      return;
    }
    pressed = event.submitter;
    status.textContent = "Finding where you are…";
    navigator.geolocation.getCurrentPosition(
      (position) => {
        fill(position.coords);
        send();
      },
      send,
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 0 },
    );
  });

  // A page that comes back out of the browser's memory was answered already.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      window.location.reload();
    }
  });
})();
