// Shows what needs a passkey where the browser has passkeys, and says what went wrong with one.
// allauth's scripts talk to the authenticator; they report an exception as an event.
(function () {
  if (window.PublicKeyCredential) {
    for (const part of document.querySelectorAll("[data-passkey]")) {
      part.hidden = false;
    }
  }

  function said(exception) {
    if (exception && exception.name === "InvalidStateError") {
      return "This device or key already holds a passkey of your account.";
    }
    if (exception && exception.name === "SecurityError") {
      return "Passkeys do not work at this address. Open Overt by its name instead of a number.";
    }
    return "No passkey was used. Try again, or use another way.";
  }

  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    const place = document.querySelector("[data-passkey]");
    let alert = document.getElementById("passkey-error");
    if (!alert) {
      alert = document.createElement("p");
      alert.id = "passkey-error";
      alert.className = "govuk-error-message";
      alert.setAttribute("role", "alert");
      place.querySelector("button").before(alert);
    }
    alert.textContent = said(event.detail.exception);
  });
})();
