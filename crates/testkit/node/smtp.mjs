// A mail server that is not ours, for tests: takes mail on loopback from whoever signs in after STARTTLS,
// tells its port, and then each message as a line of JSON.
// Usage: node smtp.mjs CERTIFICATE KEY USER PASSWORD
import { readFileSync } from "node:fs";
import { SMTPServer } from "smtp-server";

const [cert, key, user, password] = process.argv.slice(2);
const server = new SMTPServer({
    cert: readFileSync(cert),
    key: readFileSync(key),
    authMethods: ["PLAIN", "LOGIN"],
    onAuth({ username, password: given }, session, done) {
        if (username === user && given === password) done(null, { user });
        else done(new Error("Invalid username or password"));
    },
    onData(stream, session, done) {
        const parts = [];
        stream.on("data", (part) => parts.push(part));
        stream.on("end", () => {
            const { mailFrom, rcptTo } = session.envelope;
            console.log("mail " + JSON.stringify({
                protected: session.secure,
                user: session.user,
                from: mailFrom.address,
                to: rcptTo.map(({ address }) => address),
                raw: Buffer.concat(parts).toString("utf8"),
            }));
            done();
        });
    },
});
// Whoever hangs up because they do not trust the certificate does not end the server.
server.on("error", (error) => console.error(error.message));
server.listen(0, "127.0.0.1", () => console.log("listening " + server.server.address().port));
