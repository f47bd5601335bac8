package badgepass.dss;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jose4j.json.JsonUtil;

/** Reads questions, one JSON object a line, and prints one JSON object a line in the same order. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // what a library prints never gets between the answers
        Offline.enforce();
        Examiner examiner = new Examiner();
        BufferedReader questions =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            answers.write((JsonUtil.toJson(answer(examiner, line)) + "\n").getBytes(StandardCharsets.UTF_8));
            answers.flush();
        }
    }

    private static Map<String, Object> answer(Examiner examiner, String line) {
        Map<String, Object> told = new LinkedHashMap<>();
        long start = System.nanoTime();
        try {
            Question question = Question.read(line);
            told.put("name", question.name());
            start = System.nanoTime();
            told.putAll(examiner.examine(question));
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError problem) {
            told.put("error", problem.getClass().getSimpleName());
            told.put("message", String.valueOf(problem.getMessage()));
        }
        told.put("micros", (System.nanoTime() - start) / 1000);
        return told;
    }
}
