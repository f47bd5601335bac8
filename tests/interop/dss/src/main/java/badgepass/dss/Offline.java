package badgepass.dss;

import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.Set;

/** Makes sure that no document has anything fetched on its say-so, whatever a library is set up to do. */
final class Offline {

    private static final Set<String> REMOTE = Set.of("http", "https", "ftp");

    private Offline() {}

    static void enforce() {
        URL.setURLStreamHandlerFactory(protocol -> REMOTE.contains(protocol) ? new Refusing() : null);
    }

    private static final class Refusing extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL address) throws IOException {
            throw new IOException("Nothing is fetched here.");
        }
    }
}
