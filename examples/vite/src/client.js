/** Goes to browsers: it asks the server, and the server uses the secrets. */
const answer = await fetch("/api/sign", { method: "POST", body: "order 17" });
document.querySelector("#answer").textContent = await answer.text();
