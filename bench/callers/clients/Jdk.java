import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The two clients of the JDK, each with what it does by itself and a timeout. */
public class Jdk {
  public static void main(String[] arguments) throws Exception {
    URI uri = URI.create(arguments[0]);
    boolean isOld = arguments[1].equals("HttpURLConnection");
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(3)).build();
    while (true) {
      long started = System.currentTimeMillis();
      try {
        System.out.println(isOld ? old(uri) : ask(client, uri));
      } catch (Exception error) {
        System.out.println("none");
      }
      Thread.sleep(Math.max(0, 1000 - (System.currentTimeMillis() - started)));
    }
  }

  static String ask(HttpClient client, URI uri) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(3)).build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body().trim();
  }

  static String old(URI uri) throws Exception {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(3000);
    connection.setReadTimeout(3000);
    int status = connection.getResponseCode();
    var stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
    return status + " " + new String(stream.readAllBytes()).trim();
  }
}
