// An open site asks every few seconds which lots are barred and whether its session was stopped.

const BAR = 3000; // milliseconds: within five seconds a bar is seen, as the rule asks

/** A lot may be barred while its vial is in hand: it is said at once, whatever stands on the page. */
export function keepLooking({ site, injection, say }) {
  setInterval(async () => {
    const { knowing, sender, hand } = site;
    if (sender.reached) await knowing.look().catch((failure) => console.info(failure.name));
    const told = hand.station === "injection" && injection.barred();
    if (told) say(told);
  }, BAR);
}
